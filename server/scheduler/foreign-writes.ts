import type { Db } from '#server/db/open.ts';

const everyMs = 1000;

/**
 * Calls back when another connection has changed the database (an INSERT from a shell, a worker thread's journal).
 * Answers how to stop watching.
 */
export const watchForeignWrites = (db: Db, changed: () => void): (() => void) => {
  const version = () => db.sqlite.pragma('data_version', { simple: true }) as number;
  let known = version();
  const timer = setInterval(() => {
    const now = version();
    if (now === known) return;
    known = now;
    changed();
  }, everyMs);
  return () => clearInterval(timer);
};
