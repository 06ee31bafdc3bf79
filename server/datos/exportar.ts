import { createReadStream } from 'node:fs';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { tell } from '#server/historial/sentences.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import type { Format } from '#server/lib/format.ts';
import type { Entry } from './zip.ts';

type Row = Readonly<Record<string, unknown>>;

/** All the house keeps of one recurso, but its files. */
export type Whole = {
  readonly id: number;
  readonly tramite: Row;
  readonly reclamacion: Row | null;
  readonly ejecuciones: readonly Row[];
  readonly pasos: readonly Row[];
  readonly sucesos: readonly Row[];
  readonly auditoria: readonly Row[];
  /** What people were told about it. */
  readonly avisos: readonly Row[];
};

/** Reads all of it and writes down who takes it. @throws NotFoundError */
export const beginExport = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>, text: string, who: Who): Promise<Whole> => {
  const whole = /^\d{1,15}$/.test(text) ? db.read(() => readWhole(db, Number(text))) : null;
  if (whole === null) throw new NotFoundError('Ese trámite no existe.');
  await db.write(() => audit(db, isoNow(clock), { ...who, accion: 'descargar', entidad: 'tramite', entidadId: whole.id }));
  return whole;
};

const readWhole = (db: Db, id: number): Whole | null => {
  const tramite = db.sql('SELECT * FROM tramite_queue WHERE id = ?').get(id);
  if (!tramite) return null;
  const resource = tramite.resource_id;
  return {
    id,
    tramite: { ...tramite, payload: asJson(tramite.payload), result: asJson(tramite.result) },
    reclamacion: db.sql('SELECT * FROM reclamaciones WHERE resource_id = ?').get(resource) ?? null,
    ejecuciones: db.sql('SELECT * FROM ejecuciones WHERE tramite_id = ? ORDER BY intento, fecha_inicio').all(id),
    pasos: db.sql('SELECT * FROM steps WHERE tramite_id = ? ORDER BY step_id').all(id),
    sucesos: db
      .sql(`SELECT * FROM events WHERE (entity = 'tramite' AND entity_id = ?) OR (entity = 'recurso' AND entity_id = ?) ORDER BY event_id`)
      .all(String(id), resource),
    auditoria: db
      .sql(
        `SELECT * FROM auditoria WHERE (entidad = 'tramite' AND entidad_id = ?) OR (entidad = 'recurso' AND entidad_id = ?)
          ORDER BY auditoria_id`,
      )
      .all(String(id), resource),
    avisos: db.sql('SELECT * FROM avisos WHERE clave = ? ORDER BY aviso_id').all(`revision:${id}`),
  };
};

/** What cannot be read as JSON stays as it is. */
const asJson = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text ?? 'null')) as unknown;
  } catch {
    return text;
  }
};

const bytesOf = (text: string): Iterable<Uint8Array> => [Buffer.from(text, 'utf8')];
const json = (value: unknown): Iterable<Uint8Array> => bytesOf(`${JSON.stringify(value, null, 2)}\n`);

/** The files of the archive: the story to read, the rows as JSON, and what every attempt left on the disk. */
export async function* exportEntries({ evidence }: Pick<Deps, 'evidence'>, whole: Whole, format: Format): AsyncGenerator<Entry> {
  const root = `tramite-${whole.id}`;
  yield { name: `${root}/historia.txt`, bytes: bytesOf(storyOf(whole, format)) };
  const parts = ['tramite', 'reclamacion', 'ejecuciones', 'pasos', 'sucesos', 'auditoria', 'avisos'] as const;
  for (const part of parts) yield { name: `${root}/${part}.json`, bytes: json(whole[part]) };
  for (let attempt = 1; attempt <= Number(whole.tramite.attempts); attempt++)
    for (const { file } of await evidence.list(whole.id, attempt)) {
      // Never outside the attempt's folder: `list` leaves links out, and `locate` refuses the rest.
      const bytes = createReadStream(evidence.locate(whole.id, attempt, file)) as AsyncIterable<Uint8Array>;
      yield { name: `${root}/evidencias/${attempt}/${file}`, bytes };
    }
}

const storyOf = ({ id, tramite, reclamacion, ejecuciones, pasos, sucesos }: Whole, format: Format): string => {
  const when = (iso: unknown) => (typeof iso === 'string' ? format.instant(iso).text : '—');
  const text = (value: unknown) => (value === null || value === undefined || value === '' ? '—' : String(value));
  const lines = [
    `Trámite ${id}: recurso ${text(tramite.resource_id)}, expediente ${text(tramite.expediente)}, organismo ${text(tramite.site_id)}`,
    `Estado: ${text(tramite.status)}. Entró en la cola el ${when(tramite.created_at)}; terminó el ${when(tramite.processed_at)}.`,
    `Registro: ${text((tramite.result as Row | null)?.numero)} (${text((tramite.result as Row | null)?.fecha)})`,
    `Reclamación: ${text(reclamacion?.state)}, apuntada el ${when(reclamacion?.intended_at)}`,
    '',
    'Qué pasó',
    ...sucesos.map((event) => {
      const { entity, kind, actor } = event as { entity: string; kind: string; actor: string };
      const data = (asJson(event.data) ?? {}) as Row;
      return `  ${when(event.at)}  ${tell({ entity, kind, data, actor }, when)}${actor === 'cerebro' ? '' : ` (${actor})`}`;
    }),
    '',
    'Intentos',
    ...ejecuciones.flatMap((run) => [
      `  Intento ${text(run.intento)}: ${text(run.robot_id)} en ${text(run.equipo_id)}, ${when(run.fecha_inicio)} – ${when(run.fecha_fin)}, ${text(run.estado)}`,
      ...pasos
        .filter((step) => step.ejecucion_id === run.ejecucion_id)
        .map(
          (step) =>
            `    ${text(step.number)}. ${text(step.name)}: ${step.outcome === 'done' ? 'hecho' : `falló (${text(step.error_code)})`}`,
        ),
    ]),
  ];
  return `${lines.join('\n')}\n`;
};
