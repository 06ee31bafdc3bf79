import type { Db } from '#server/db/open.ts';
import { createPacer } from '#server/lib/pacer.ts';
import { progressOf, type Searched, searchedColumns } from './search-index.ts';
import { holds, lengthOf, matchExpression, shortest } from './search-text.ts';

/** A search looks at this many matches at most; beyond them it says so instead of reading a million rows. */
export const searchLimit = 1000;

/** What is not indexed yet is read row by row, the newest ones only. */
export const tailLimit = 2000;

export type Found = {
  /** The newest first. */
  readonly ids: readonly number[];
  /** There are more than it looked at. */
  readonly capped: boolean;
  /** Trámites too far behind in the index to be read one by one: found by how their expediente or idRecurso begins only. */
  readonly behind: number;
};

/**
 * Trámites whose expediente, idRecurso, matrícula or register number holds that text, in any case; the shortest texts
 * find only how an expediente or idRecurso begins. What the index does not have yet is looked at directly.
 */
export const search = async (db: Db, text: string): Promise<Found> => {
  if (lengthOf(text) < shortest) return cut(beginning(db, text), 0);
  const tail = tailOf(db);
  const behind = Math.max(0, tail.last - tail.tramiteId - tailLimit);
  const direct = [...inNewRows(db, text, tail), ...inNewNumbers(db, text, tail), ...(behind > 0 ? beginning(db, text) : [])];
  return cut([...(await indexed(db, text, tail.tramiteId)), ...direct], behind);
};

const cut = (ids: readonly number[], behind: number): Found => {
  const newest = [...new Set(ids)].sort((a, b) => b - a);
  return { ids: newest.slice(0, searchLimit), capped: newest.length > searchLimit, behind };
};

const idsOf = (db: Db, sql: string, values: object): number[] =>
  db
    .sql(sql)
    .all(values)
    .map((row) => row.id as number);

export const indexedSql = `
  SELECT rowid AS id FROM tramite_search
   WHERE tramite_search MATCH @match AND rowid > @from AND rowid <= @to ORDER BY rowid DESC LIMIT ${searchLimit + 1}`;

/** Ids looked through at once: what half of them hold («000») is read whole, and nobody else may wait for that. */
const firstWindow = 50_000;
const quickMs = 2;

/** The newest matches in the index, window by window of ids, the loop free between them. */
const indexed = async (db: Db, text: string, last: number): Promise<number[]> => {
  const match = matchExpression(text);
  const pacer = createPacer();
  const ids: number[] = [];
  let size = firstWindow;
  for (let to = last; to > 0 && ids.length <= searchLimit; ) {
    const since = performance.now();
    const from = Math.max(0, to - size);
    ids.push(...idsOf(db, indexedSql, { match, from, to }));
    size = performance.now() - since < quickMs ? size * 4 : firstWindow;
    to = from;
    if (pacer.due()) await pacer.rest();
  }
  return ids;
};

/** What is looked for by its beginning, and where: each by its own index. An expediente is found in capitals too, however it was typed. */
const beginnings = [
  ['expediente', '@typed'],
  ['expediente', '@upper'],
  ['resource_id', '@typed'],
] as const;

/** Ids whose column is the value or begins with it; the highest character closes the range. */
export const beginningSql = beginnings
  .map(
    ([column, value]) =>
      `SELECT * FROM (SELECT id FROM tramite_queue WHERE ${column} >= ${value} AND ${column} < ${value} || char(1114111) LIMIT ${searchLimit + 1})`,
  )
  .join(' UNION ');

const beginning = (db: Db, text: string): number[] => idsOf(db, beginningSql, { typed: text, upper: text.toUpperCase() });

type Tail = { readonly tramiteId: number; readonly eventId: number; readonly last: number };

/** Where the index ends, and where the queue does. */
const tailOf = (db: Db): Tail => ({
  ...progressOf(db),
  last: (db.sql('SELECT max(id) AS id FROM tramite_queue').get()?.id ?? 0) as number,
});

export const newRowsTailSql = `SELECT ${searchedColumns} FROM tramite_queue WHERE id > @tramiteId ORDER BY id DESC LIMIT ${tailLimit}`;

const inNewRows = (db: Db, text: string, tail: Tail): number[] => {
  if (tail.last <= tail.tramiteId) return [];
  const rows = db.sql(newRowsTailSql).all({ tramiteId: tail.tramiteId }) as Searched[];
  return rows.filter((row) => holds(text, [row.expediente, row.resourceId, row.numero], row.matricula)).map((row) => row.id);
};

/** Register numbers told since; of events of any kind no more than the limit are walked. */
export const newNumbersTailSql = `
  SELECT CAST(entity_id AS INTEGER) AS id, CASE WHEN json_valid(data) THEN data ->> '$.numero' END AS numero
    FROM (SELECT * FROM events WHERE event_id > @eventId ORDER BY event_id DESC LIMIT ${tailLimit})
   WHERE entity = 'tramite' AND kind IN ('completed', 'resolved')`;

const inNewNumbers = (db: Db, text: string, { eventId }: Tail): number[] =>
  db
    .sql(newNumbersTailSql)
    .all({ eventId })
    .filter((row) => holds(text, [row.numero], null))
    .map((row) => row.id as number);
