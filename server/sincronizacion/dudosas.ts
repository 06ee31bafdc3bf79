import type { Db } from '#server/db/open.ts';
import type { Que } from './queries.ts';

/**
 * What the last complete listing did not bring and nobody believed gone, until a listing is believed or a person accepts it. In a
 * temporary table: after a start, the first sync writes it anew.
 */
const table = 'CREATE TEMP TABLE IF NOT EXISTS bajas_dudosas (que TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (que, id)) WITHOUT ROWID';

const prepare = (db: Db): void => {
  db.sqlite.exec(table);
};

/** Remembers the ids that `goneSql` finds, in the place of those of before. Call inside the transaction of the merge. */
export const keepDubious = (db: Db, que: Que, goneSql: string | null): void => {
  prepare(db);
  db.sql('DELETE FROM temp.bajas_dudosas WHERE que = ?').run(que);
  if (goneSql !== null) db.sql(`INSERT OR IGNORE INTO temp.bajas_dudosas (que, id) SELECT '${que}', id FROM (${goneSql})`).run();
};

/** The name and the id of each half's rows. */
const columns = { robots: ['robot', 'robot_id'], equipos: ['equipo', 'equipo_id'] } as const;

/** Names of those that wait for a person, in order. */
export const dubiousNames = (db: Db, que: Que): readonly string[] => {
  prepare(db);
  const [name, id] = columns[que];
  return db
    .sql(
      `SELECT r.${name} AS nombre FROM temp.bajas_dudosas AS b CROSS JOIN ${que} AS r ON r.${id} = b.id
        WHERE b.que = ? AND r.presente_en_a360 = 1 ORDER BY lower(r.${name}), r.${id}`,
    )
    .all(que)
    .map((row) => row.nombre as string);
};

/** Gives them up, and forgets them. Call inside a transaction. */
export const flagDubious = (db: Db, que: Que): void => {
  const [, id] = columns[que];
  db.sql(`UPDATE ${que} SET presente_en_a360 = 0 WHERE ${id} IN (SELECT b.id FROM temp.bajas_dudosas AS b WHERE b.que = ?)`).run(que);
  keepDubious(db, que, null);
};

export const dubious = (db: Db): Readonly<Record<Que, readonly string[]>> => ({
  robots: dubiousNames(db, 'robots'),
  equipos: dubiousNames(db, 'equipos'),
});
