import Database from 'better-sqlite3';

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

export const lastAviso = (file: string): number =>
  reading(file, (db) => db.prepare('SELECT coalesce(max(aviso_id), 0) FROM avisos').pluck().get()) as number;

/** The same recursos at the source, in the queue and at the sede. */
export type Books = {
  readonly atSource: number;
  readonly queued: number;
  readonly completed: number;
  readonly filed: number;
  readonly twice: number;
};

export const readBooks = async (sourceFile: string, databaseFile: string, sede: string): Promise<Books> => {
  const register = (await (await fetch(`${sede}/registro.json`)).json()) as readonly { expediente: string }[];
  const count = (file: string, sql: string) => reading(file, (db) => db.prepare(sql).pluck().get()) as number;
  return {
    atSource: count(sourceFile, 'SELECT count(*) FROM RecursosExp'),
    queued: count(databaseFile, 'SELECT count(*) FROM tramite_queue'),
    completed: count(databaseFile, "SELECT count(*) FROM tramite_queue WHERE status = 'completed'"),
    filed: register.length,
    twice: register.length - new Set(register.map(({ expediente }) => expediente)).size,
  };
};

export const isWhole = ({ atSource, queued, completed, filed, twice }: Books): boolean =>
  atSource === queued && queued === completed && completed === filed && twice === 0;

export const tellBooks = ({ atSource, queued, completed, filed, twice }: Books): string =>
  `${atSource} en el origen, ${queued} en la cola, ${completed} terminados, ${filed} en la sede, ${twice} repetidos`;
