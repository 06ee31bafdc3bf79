import Database from 'better-sqlite3';
import type { Outside } from './outside.ts';

/** What is read from the outside: the panel over HTTP, and the three books. */
export type Door = { readonly puerta: string; readonly estado: string; readonly motivo: string };

export type AvisoRow = {
  readonly aviso_id: number;
  readonly clave: string;
  readonly titulo: string;
  readonly veces: number;
  readonly estado: string;
};

export const readDoors = async (url: string): Promise<{ ready: boolean; doors: readonly Door[] }> => {
  const answer = await fetch(`${url}/listo`);
  const { puertas } = (await answer.json()) as { puertas: readonly Door[] };
  return { ready: answer.ok, doors: puertas };
};

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The words of a page, as a person reads them. */
export const readPage = async (url: string): Promise<string> => {
  const html = await (await fetch(url)).text();
  const words = html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, ' ').replaceAll(/<[^>]*>/g, ' ');
  return squeeze(words.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? ''));
};

export const squeeze = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const reading = <T>(file: string, look: (db: Database.Database) => T): T => {
  const db = new Database(file, { fileMustExist: true, timeout: 5000 });
  try {
    return look(db);
  } finally {
    db.close();
  }
};

export const readAvisos = (file: string, after: number): readonly AvisoRow[] =>
  reading(file, (db) =>
    db.prepare('SELECT aviso_id, clave, titulo, veces, estado FROM avisos WHERE aviso_id > ? ORDER BY aviso_id').all(after),
  ) as readonly AvisoRow[];

const count = (file: string, sql: string): number => reading(file, (db) => db.prepare(sql).pluck().get()) as number;

export const lastAviso = (file: string): number => count(file, 'SELECT coalesce(max(aviso_id), 0) FROM avisos');

/** Letters written that nobody has got yet. */
export const lettersWaiting = (file: string): number => count(file, "SELECT count(*) FROM envios WHERE estado IN ('pendiente', 'fallido')");

/** The same recursos at the source, in the queue and at the sede; the same launches in the calendar and at the Control Room. */
export type Books = {
  readonly atSource: number;
  readonly queued: number;
  readonly filed: number;
  readonly planned: number;
  readonly launched: number;
  /** What is not where it should be, or is there twice. */
  readonly odd: readonly string[];
};

const claimedSql = "SELECT idRecurso FROM RecursosExp WHERE TExp = 1 AND UsuarioAsignado = 'Cerebro Despliegue'";
const filedSql = `
  SELECT t.resource_id, t.expediente FROM tramite_queue AS t JOIN reclamaciones AS r ON r.resource_id = t.resource_id
   WHERE t.status = 'completed' AND r.state = 'claimed'`;

export const readBooks = async (outside: Outside, databaseFile: string): Promise<Books> => {
  const register = (await (await fetch(`${outside.world.sede}/registro.json`)).json()) as readonly { expediente: string }[];
  const launches = (await outside.launches()).map(({ bot }) => bot);
  const list = (file: string, sql: string) => reading(file, (db) => db.prepare(sql).all()) as Record<string, unknown>[];
  const all = list(outside.sourceFile, 'SELECT idRecurso FROM RecursosExp').map((row) => String(row.idRecurso));
  const claimed = new Set(list(outside.sourceFile, claimedSql).map((row) => String(row.idRecurso)));
  const done = list(databaseFile, filedSql);
  const doneIds = new Set(done.map((row) => String(row.resource_id)));
  const planned = list(
    databaseFile,
    "SELECT r.robot FROM programaciones AS p JOIN robots AS r USING (robot_id) WHERE p.programacion_id LIKE 'prueba-%'",
  );
  return {
    ...{ atSource: all.length, queued: count(databaseFile, 'SELECT count(*) FROM tramite_queue'), filed: register.length },
    ...{ planned: planned.length, launched: launches.length },
    odd: [
      ...all.filter((id) => !claimed.has(id)).map((id) => `el recurso ${id} no está reclamado en el origen`),
      ...all.filter((id) => !doneIds.has(id)).map((id) => `el recurso ${id} no está terminado`),
      ...unequal(
        done.map((row) => String(row.expediente)),
        register.map(({ expediente }) => expediente),
        'presentado',
      ),
      ...unequal(
        planned.map((row) => String(row.robot)),
        launches,
        'lanzado',
      ),
    ],
  };
};

/** What the first list has and the second has not as often, or the other way round. */
const unequal = (wanted: readonly string[], had: readonly string[], word: string): readonly string[] =>
  [...new Set([...wanted, ...had])].flatMap((one) => {
    const times = (list: readonly string[]) => list.filter((other) => other === one).length;
    const [should, is] = [times(wanted), times(had)];
    return should === is ? [] : [`${one} está ${word} ${is} veces y debería estarlo ${should}`];
  });

export const isWhole = ({ atSource, queued, filed, planned, launched, odd }: Books): boolean =>
  odd.length === 0 && atSource === queued && queued === filed && planned === launched;

export const tellBooks = ({ atSource, queued, filed, planned, launched, odd }: Books): string =>
  [`origen ${atSource}, cola ${queued}, sede ${filed}; A360: ${planned} programados, ${launched} lanzados`, ...odd].join(' · ');
