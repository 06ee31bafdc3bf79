import type { Clock } from '#server/lib/clock.ts';
import type { Attachment, Candidate, Holding, Origen, Original, SourceRow, SourceRule } from './origen.ts';
import { type Connection, openSourceFile, type SourceFile } from './sqlite-file.ts';
import { locate, type Span, scan } from './sqlite-ids.ts';
import { layoutOf, unseenIn } from './sqlite-layout.ts';
import { type CandidateValues, candidateColumns, candidateOf, readAttachments, readRows } from './sqlite-rows.ts';

/** Ids per statement: large enough for bulk, small enough to give way. */
const chunkSize = 500;

/**
 * The embedded source: a SQLite file with the table `RecursosExp` and, where present, the joined tables (CONTRACT.md,
 * Embedded source). Others may write to it meanwhile; no call blocks the event loop for long.
 * @throws OrigenError when the file is not there or holds no recursos.
 */
export const openSqliteOrigen = (path: string, options: { patienceMs?: number; clock?: Clock } = {}): Origen => {
  const file = openSourceFile(path, options);
  file.tryNow(layoutOf);
  return {
    kind: 'sqlite',
    shownAs: `sqlite:${path}`,
    lateChangesMs: 0,
    discover: (rule, { signal } = {}) => scan(file, (connection, span) => discover(connection, span, rule), signal),
    rows: (ids) => chunked(ids, (some) => rows(file, some)),
    claim: (ids, rule, user) => claim(file, ids, rule, user),
    read: (ids) => chunked(ids, (some) => read(file, some)),
    release: (original, user) => release(file, original, user),
    heldBy: (user, { signal } = {}) => scan(file, (connection, span) => heldBy(connection, span, user), signal),
    attachments: (ids) => chunked(ids, (some) => attachments(file, some)),
    check: () => file.ask((connection) => void layoutOf(connection)),
    unseen: () => file.ask((connection) => unseenIn(layoutOf(connection))),
    checkClaim: () => file.ask(checkClaim),
    close: async () => file.close(),
  };
};

/** Whole numbers as a source without declared types may hold them. */
const among = (...values: number[]): string => values.flatMap((value) => [value, `'${value}'`, `'${value}.0'`]).join(', ');

const isFree = `Estado IN (${among(0)}) AND TExp IN (SELECT value FROM json_each(?)) AND cerebro_meets(Organisme, UsuarioAsignado, ?)`;
const isOurs = `TExp IN (${among(1)}) AND cerebro_trim(UsuarioAsignado) = ?`;

/** The values of the placeholders of `isFree`. */
const freeValues = (rule: SourceRule): [string, string] => [
  JSON.stringify(rule.texp.flatMap((texp) => [texp, `${texp}`, `${texp}.0`])),
  JSON.stringify(rule),
];

const discover = (connection: Connection, { after, upTo }: Span, rule: SourceRule): Candidate[] => {
  layoutOf(connection);
  return connection
    .sql(`SELECT ${candidateColumns} FROM RecursosExp WHERE rowid > ? AND rowid <= ? AND ${isFree}`)
    .raw()
    .all(after, upTo, ...freeValues(rule))
    .map((values) => candidateOf(values as CandidateValues));
};

/** An UPDATE of no rows, taken back: a file that may not be written says so. */
const checkClaim = (connection: Connection): void => {
  layoutOf(connection);
  connection.sqlite.exec('BEGIN IMMEDIATE');
  try {
    connection.sqlite.exec('UPDATE RecursosExp SET TExp = 1 WHERE 1 = 0');
  } finally {
    connection.sqlite.exec('ROLLBACK');
  }
};

const rows = async (file: SourceFile, ids: readonly string[]): Promise<Map<string, SourceRow>> => {
  const places = await locate(file, ids);
  const found = await file.ask((connection) => readRows(connection, places.values()));
  return byOwnId(found, places);
};

/** What was read at the rowids, by id; a row that changed its id in between is not what was asked for. */
const byOwnId = <T extends { id: string | null }>(found: readonly T[], places: ReadonlyMap<string, string>): Map<string, T> =>
  new Map(found.flatMap((row) => (row.id !== null && places.has(row.id) ? [[row.id, row] as const] : [])));

/** One UPDATE per chunk with every condition in its WHERE; RETURNING tells which rows it changed. */
const claim = async (file: SourceFile, ids: readonly string[], rule: SourceRule, user: string): Promise<ReadonlySet<string>> => {
  const claimed = new Set<string>();
  for (const some of chunksOf(ids)) {
    const places = await locate(file, some);
    const changed = await file.ask((connection) => update(connection, places, rule, user));
    for (const id of changed) claimed.add(id);
  }
  return claimed;
};

const update = (connection: Connection, places: ReadonlyMap<string, string>, rule: SourceRule, user: string): string[] =>
  connection
    .sql(
      `UPDATE RecursosExp SET TExp = 1, UsuarioAsignado = ?
       WHERE rowid IN (SELECT value FROM json_each(?)) AND cerebro_id(idRecurso) IN (SELECT value FROM json_each(?)) AND ${isFree}
       RETURNING cerebro_id(idRecurso)`,
    )
    .pluck()
    .all(user, rowidsOf(places), JSON.stringify([...places.keys()]), ...freeValues(rule)) as string[];

const rowidsOf = (places: ReadonlyMap<string, string>): string => `[${[...places.values()].join(',')}]`;

const read = async (file: SourceFile, ids: readonly string[]): Promise<Map<string, Holding>> => {
  const places = await locate(file, ids);
  const found = await file.ask((connection) => candidatesAt(connection, places));
  return byOwnId(found.map(holdingOf), places);
};

const candidatesAt = (connection: Connection, places: ReadonlyMap<string, string>): Candidate[] =>
  connection
    .sql(`SELECT ${candidateColumns} FROM RecursosExp WHERE rowid IN (SELECT value FROM json_each(?))`)
    .raw()
    .all(rowidsOf(places))
    .map((values) => candidateOf(values as CandidateValues));

const holdingOf = ({ id, expediente, texp, estado, usuario }: Candidate): Holding => ({
  id: id as string,
  expediente,
  texp,
  estado,
  usuario,
});

const release = async (file: SourceFile, original: Original, user: string): Promise<'released' | 'not_ours'> => {
  const places = await locate(file, [original.id]);
  const changes = await file.ask(
    (connection) =>
      connection
        .sql(
          `UPDATE RecursosExp SET TExp = ?, UsuarioAsignado = ?
           WHERE rowid IN (SELECT value FROM json_each(?)) AND cerebro_id(idRecurso) = ? AND ${isOurs}`,
        )
        .run(original.texp, original.usuario, rowidsOf(places), original.id, user.trim()).changes,
  );
  return changes > 0 ? 'released' : 'not_ours';
};

const heldBy = (connection: Connection, { after, upTo }: Span, user: string): Holding[] => {
  layoutOf(connection);
  return connection
    .sql(
      `SELECT ${candidateColumns} FROM RecursosExp
       WHERE rowid > ? AND rowid <= ? AND ${isOurs} AND (Estado IS NULL OR Estado NOT IN (${among(2)})) AND cerebro_id(idRecurso) IS NOT NULL`,
    )
    .raw()
    .all(after, upTo, user.trim())
    .map((values) => holdingOf(candidateOf(values as CandidateValues)));
};

const attachments = async (file: SourceFile, ids: readonly string[]): Promise<Map<string, Attachment[]>> => {
  const places = await locate(file, ids);
  return file.ask((connection) => readAttachments(connection, places.values()));
};

const chunked = async <T>(ids: readonly string[], ask: (some: readonly string[]) => Promise<Map<string, T>>): Promise<Map<string, T>> => {
  const all = new Map<string, T>();
  for (const some of chunksOf(ids)) for (const [id, value] of await ask(some)) all.set(id, value);
  return all;
};

function* chunksOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < ids.length; at += chunkSize) yield ids.slice(at, at + chunkSize);
}
