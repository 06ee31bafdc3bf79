import type { Db } from '#server/db/open.ts';
import type { Pacer } from '#server/lib/pacer.ts';

/** A listing on its way into the catalogue: a temporary table of this connection, which no other program sees nor waits for. */
export type Stage = { readonly table: string; readonly columns: readonly string[] };

const create = (db: Db, { table, columns }: Stage): void => {
  db.sqlite.exec(`CREATE TEMP TABLE IF NOT EXISTS ${table} (${columns.map((name, n) => (n === 0 ? `${name} PRIMARY KEY` : name)).join(', ')})
    WITHOUT ROWID; DELETE FROM ${table};`);
};

/** Rows of one turn: about two milliseconds. */
const chunk = 250;

/**
 * Puts a listing into its table, giving way to pages and robots between one piece and the next; the merge itself is then one
 * short transaction that reads it. An id that comes twice counts once, the last time. `make` builds a row of the table.
 */
export const fillStage = async <T>(db: Db, stage: Stage, pacer: Pacer, items: readonly T[], make: (item: T) => object): Promise<void> => {
  const { table, columns } = stage;
  create(db, stage);
  const insert = db.sql(
    `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) SELECT ${columns.map((name) => `value ->> '${name}'`).join(', ')} FROM json_each(?)`,
  );
  for (let at = 0; at < items.length; at += chunk) {
    insert.run(JSON.stringify(items.slice(at, at + chunk).map(make)));
    if (pacer.due()) await pacer.rest();
  }
};
