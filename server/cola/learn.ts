import { resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import { reviewClave } from './resolver.ts';
import { next } from './transitions.ts';

/**
 * Completes a trámite that waits to be reviewed: it is known, late, that it was filed. Only while it waits because of that same attempt:
 * never one a person has resolved, nor another attempt's. Answers whether it did. Call inside a transaction.
 */
export const learnFiled = (db: Db, at: string, key: { readonly tramiteId: number; readonly attempt: number }, result: object): boolean => {
  const { changes } = db
    .sql(
      `UPDATE tramite_queue SET status = ?, result = ?, processed_at = ?, error_code = NULL, error_log = NULL
        WHERE id = ? AND status = 'needs_review' AND attempts = ?`,
    )
    .run(next('needs_review', 'learn'), JSON.stringify(result), at, key.tramiteId, key.attempt);
  if (changes > 0) resolve(db, at, reviewClave(key.tramiteId));
  return changes > 0;
};
