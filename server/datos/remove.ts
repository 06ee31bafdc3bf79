import { setImmediate } from 'node:timers/promises';
import type { Db } from '#server/db/open.ts';
import type { Kept } from './retencion.ts';

/** What would go, or went. */
export type Gone = { readonly count: number; readonly oldest: string | null };

/** What is older than `limit` goes; `now` tells what a clock that ran ahead wrote. */
export type Span = { readonly limit: string; readonly now: string };

/** Rows looked at in one stretch, and removed in one transaction: some milliseconds. */
const lookedAt = 2_000;
const removed = 500;

const stretch = ({ table, key, born }: Kept) => `
  SELECT max(k) AS last, min(b) AS first FROM (SELECT ${key} AS k, ${born} AS b FROM ${table} WHERE ${key} > @from ORDER BY ${key} LIMIT +@size)`;

const going = ({ table, key, born, goes }: Kept) => `
  SELECT ${key} AS k, ${born} AS b FROM ${table} WHERE ${key} > @from AND ${key} <= @last AND (${goes})`;

/** Stretches of a table in the order of its key, up to where nothing older can come, with a pause after each. */
async function* stretches(db: Db, one: Kept, { limit, now }: Span, size: number): AsyncGenerator<{ from: number; last: number }> {
  for (let from = 0; ; ) {
    const { last, first } = db.sql(stretch(one)).get({ from, size }) as { last: number | null; first: string | null };
    if (last === null || first === null || (first >= limit && first <= now)) return;
    yield { from, last };
    from = last;
    await setImmediate();
  }
}

/** What would go now, counted without a stretch that blocks. */
export const preview = async (db: Db, one: Kept, span: Span): Promise<Gone> => {
  let count = 0;
  let oldest: string | null = null;
  for await (const range of stretches(db, one, span, lookedAt)) {
    const found = db.sql(`SELECT count(*) AS n, min(b) AS oldest FROM (${going(one)})`).get({ ...range, limit: span.limit }) as unknown as {
      n: number;
      oldest: string | null;
    };
    count += found.n;
    if (found.oldest !== null && (oldest === null || found.oldest < oldest)) oldest = found.oldest;
  }
  return { count, oldest };
};

/** Removes what goes, some rows in each transaction; answers how many. Stopped by `signal`, the rest stays for the next time. */
export const remove = async (db: Db, one: Kept, span: Span, signal: AbortSignal): Promise<number> => {
  const { limit } = span;
  let count = 0;
  for await (const range of stretches(db, one, span, removed)) {
    if (signal.aborted) break;
    const keys = db.sql(going(one)).all({ ...range, limit });
    if (keys.length === 0) continue;
    const list = JSON.stringify(keys.map(({ k }) => k));
    await db.write(() => {
      for (const sql of one.along ?? []) db.sql(sql).run({ keys: list });
      // Judged again inside the transaction: a row may have changed since it was looked at.
      const sql = `DELETE FROM ${one.table} WHERE ${one.key} IN (SELECT value FROM json_each(@keys)) AND (${one.goes})`;
      count += db.sql(sql).run({ keys: list, limit }).changes;
    });
  }
  return count;
};
