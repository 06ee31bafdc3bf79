import type { Db } from '#server/db/open.ts';
import { progressOf, type Searched, searchedColumns } from './search-index.ts';
import { holds, lengthOf, longestPhrase, matchExpression, shortest } from './search-text.ts';

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
export const search = (db: Db, text: string): Found => {
  if (lengthOf(text) < shortest) return cut(beginning(db, text), 0);
  const tail = tailOf(db);
  const behind = Math.max(0, tail.last - tail.tramiteId - tailLimit);
  const asked = lengthOf(text) > longestPhrase || behind > 0 ? beginning(db, text) : [];
  return cut([...asked, ...indexed(db, text), ...inNewRows(db, text, tail), ...inNewNumbers(db, text, tail)], behind);
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

export const indexedSql = `SELECT rowid AS id FROM tramite_search WHERE tramite_search MATCH @match ORDER BY rowid DESC LIMIT ${searchLimit + 1}`;

/** Of a long text the index was asked for a part alone: the rows themselves say which hold all of it. */
const indexed = (db: Db, text: string): number[] => {
  const ids = idsOf(db, indexedSql, { match: matchExpression(text) });
  if (lengthOf(text) <= longestPhrase) return ids;
  const rows = db.sql(foundSql).all(JSON.stringify(ids)) as Searched[];
  return rows.filter((row) => isIn(row, text)).map((row) => row.id);
};

export const foundSql = `SELECT ${searchedColumns} FROM tramite_queue WHERE id IN (SELECT value FROM json_each(?))`;

const isIn = (row: Searched, text: string): boolean => holds(text, [row.expediente, row.resourceId, row.numero], row.matricula);

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
  return rows.filter((row) => isIn(row, text)).map((row) => row.id);
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
