import type { Db } from '#server/db/open.ts';
import { createPacer } from '#server/lib/pacer.ts';

/** A table that only grows, by its key. */
export type Book = 'events' | 'steps' | 'historico_balanceo';

const keys: Readonly<Record<Book, string>> = { events: 'event_id', steps: 'step_id', historico_balanceo: 'historico_id' };

/** Rows read in one go: some milliseconds. */
const atOnce = 500;

/**
 * Reads what has been written to that book since the last call, however much it is, giving way to others in between: counters come
 * from the same rows as the pages, and nobody who changes something has to know that it is counted. What stood there before is not
 * read: counters begin at 0 with the process.
 * @param take reads the rows with a key above `from` up to `to`
 */
export const follow = (db: Db, book: Book, take: (from: number, to: number) => void): (() => Promise<void>) => {
  const last = (): number => (db.sql(`SELECT max(${keys[book]}) AS last FROM ${book}`).get()?.last as number | null) ?? 0;
  let read = last();
  return async () => {
    const pacer = createPacer();
    const end = last();
    while (read < end) {
      const to = Math.min(read + atOnce, end);
      db.read(() => take(read, to));
      read = to;
      if (read < end) await pacer.rest();
    }
  };
};
