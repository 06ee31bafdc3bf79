import type { Db } from '#server/db/open.ts';

/** Orders nobody carries out any more, because the house ended meanwhile. Call at the start, inside a transaction; answers how many. */
export const interruptLotes = (db: Db, at: string): number =>
  db.sql("UPDATE lotes SET state = 'interrupted', ended_at = ? WHERE state = 'running'").run(at).changes;
