import type { Db } from '#server/db/open.ts';

export const nextComesDue = `
  SELECT not_before AS at FROM tramite_queue INDEXED BY tramite_retry_at
   WHERE status = 'pending' AND not_before IS NOT NULL AND not_before > CAST(? AS TEXT)
   ORDER BY not_before LIMIT 1`;

/** The next instant after `at` at which a trámite that waits for its hour comes due; null when none does. */
export const comesDueAt = (db: Db, at: string): Date | null => {
  const due = new Date(String(db.sql(nextComesDue).get(at)?.at ?? ''));
  // Other programs write this column too.
  return Number.isNaN(due.getTime()) ? null : due;
};
