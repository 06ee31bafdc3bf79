import { raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { createFormat } from '#server/lib/format.ts';
import { nextOccurrences } from '#server/programaciones/occurrences.ts';
import { readCalendar } from '#server/programaciones/read.ts';

const minute = 60_000;
const prefix = 'programacion_perdida:';
/** How far back is looked when Cerebro starts: it may have been off at the hour. */
const firstLookMs = 24 * 60 * minute;

/** Until when the occurrences have been looked at, by database. */
const lookedUntil = new WeakMap<Db, number>();

type Row = Record<string, unknown> & { readonly id: string; readonly robot: string };
type Missed = { readonly id: string; readonly robot: string; readonly start: string };

/** Tells of each occurrence whose tolerance has ended without a launch; the next one that is launched ends it. Cyclic ones miss nothing. */
export const tellMissed = async (deps: Pick<Deps, 'a360' | 'db' | 'clock' | 'config'>): Promise<void> => {
  const { db, clock, config } = deps;
  if (deps.a360 === null) return;
  const now = clock.now().getTime();
  const since = lookedUntil.get(db) ?? now - firstLookMs;
  const missed = rowsOf(db).flatMap((row) => missedOf(db, row, { zone: config.TZ_NEGOCIO, since, now }));
  const over = launchedSince(db);
  if (missed.length > 0 || over.length > 0)
    await db.write(() => {
      const at = isoNow(clock);
      for (const clave of over) resolve(db, at, clave);
      for (const one of missed) raiseFor(deps, at, one);
    });
  lookedUntil.set(db, now);
};

/** Only what could have been launched: on, of a robot that is on, with a machine that is on. */
const rowsOf = (db: Db): Row[] =>
  db
    .sql(
      `SELECT p.programacion_id AS id, r.robot, p.updated_at AS updatedAt, p.tipo_programacion AS tipoProgramacion, p.hora_inicio AS horaInicio,
              p.hora_fin AS horaFin, p.dias_semana AS diasSemana, p.dia_del_mes AS diaDelMes, p.dia_inicio_mes AS diaInicioMes,
              p.dia_fin_mes AS diaFinMes, p.ultimos_dias_mes AS ultimosDiasMes, p.fecha_especifica AS fechaEspecifica, p.tolerancia,
              p.es_ciclico AS esCiclico, p.intervalo_entre_ejecuciones AS intervaloEntreEjecuciones,
              p.fecha_inicio_ventana AS fechaInicioVentana, p.fecha_fin_ventana AS fechaFinVentana
         FROM programaciones AS p JOIN robots AS r ON r.robot_id = p.robot_id AND r.activo = 1 AND r.kind = 'a360'
        WHERE p.activo = 1 AND coalesce(p.es_ciclico, 0) <> 1
          AND EXISTS (SELECT 1 FROM asignaciones AS a JOIN equipos AS q ON q.equipo_id = a.equipo_id AND q.activo_sam = 1
                       WHERE a.programacion_id = p.programacion_id AND a.es_programado = 1)`,
    )
    .all() as Row[];

type Span = { readonly zone: string; readonly since: number; readonly now: number };

const missedOf = (db: Db, row: Row, { zone, since, now }: Span): Missed[] => {
  const read = readCalendar(row as unknown as Parameters<typeof readCalendar>[0]);
  if (!read.ok || read.calendar.cyclic) return [];
  const toleranceMs = read.calendar.tolerance * minute;
  const starts = nextOccurrences(read.calendar, zone, new Date(since - toleranceMs), 2).filter(
    (start) => start.getTime() + toleranceMs < now && start.getTime() + toleranceMs >= since,
  );
  return starts
    .map((start) => start.toISOString())
    .filter((start) => start >= String(row.updatedAt) && !isLaunched(db, row.id, start) && !isTold(db, row.id, start))
    .map((start) => ({ id: row.id, robot: row.robot, start }));
};

const isLaunched = (db: Db, id: string, start: string): boolean =>
  db.sql('SELECT 1 FROM ejecuciones WHERE programacion_id = ? AND fecha_teorica = ? AND ocurrencia_libre = 0 LIMIT 1').get(id, start) !==
  undefined;

const isTold = (db: Db, id: string, start: string): boolean =>
  db.sql(`SELECT 1 FROM avisos WHERE clave = ? AND json_extract(datos, '$.Instante') >= ? LIMIT 1`).get(prefix + id, start) !== undefined;

const raiseFor = ({ db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>, at: string, { id, robot, start }: Missed): void => {
  const hour = createFormat(config.TZ_NEGOCIO, clock).instant(start).text;
  raise(db, at, {
    ...{ clave: prefix + id, nivel: 'ALTO', ambito: 'ROBOT', naturaleza: 'UMBRAL' },
    titulo: `${robot} no se ha lanzado a su hora`,
    detalle: `Estaba programado para el ${hour}, y su tolerancia ha terminado sin que se lanzara.`,
    datos: { Robot: robot, Programación: id, Instante: start },
    acciones: ['Mire en Lanzador por qué no empezó.', 'Si hace falta, láncelo en A360 o cambie la hora de la programación.'],
  });
};

/** Those open of a programación that has been launched since, or is no longer there to be launched. */
const launchedSince = (db: Db): string[] =>
  db
    .sql(
      `SELECT a.clave FROM avisos AS a LEFT JOIN programaciones AS p ON p.programacion_id = substr(a.clave, ${prefix.length + 1})
        WHERE a.estado = 'abierto' AND a.clave LIKE 'programacion\\_perdida:%' ESCAPE '\\'
          AND (coalesce(p.activo, 0) <> 1 OR EXISTS (
            SELECT 1 FROM ejecuciones AS e WHERE e.programacion_id = p.programacion_id AND e.ocurrencia_libre = 0
               AND e.fecha_teorica > json_extract(a.datos, '$.Instante')))`,
    )
    .all()
    .map((row) => row.clave as string);
