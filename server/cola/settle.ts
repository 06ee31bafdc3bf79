import type { Db } from '#server/db/open.ts';
import { type MachineVerb, next, type Status } from './transitions.ts';

/** What becomes of a trámite when its attempt ends. */
export type Settlement = {
  /** Path of the last capture; null keeps the one it had. */
  readonly screenshotPath?: string | null;
} & (
  | { readonly verb: 'complete'; readonly result: object }
  | { readonly verb: 'hold' }
  | {
      readonly verb: 'requeue';
      readonly code: string;
      readonly message: string;
      /** Not taken before that instant; null = at once. */
      readonly notBefore: string | null;
      /** Whether it counts towards the limit of transient failures. */
      readonly counts: boolean;
    }
  | { readonly verb: 'fail' | 'doubt'; readonly code: string; readonly message: string }
);

const write = (guard: string) => `
  UPDATE tramite_queue
     SET status = ?, error_code = ?, error_log = ?, result = coalesce(?, result), screenshot_path = coalesce(?, screenshot_path),
         not_before = ?, transient_failures = transient_failures + ?, processed_at = coalesce(?, processed_at)
   WHERE id = ? AND ${guard}`;

const whileProcessing = write(`status = 'processing'`);
/** What was filed, or may have been, is written down even if another program has moved the row meanwhile. */
const unlessCompleted = write(`status <> 'completed'`);

/**
 * Ends the attempt of a `processing` trámite; answers its new status, or null when the row was not there to be moved.
 * Writes no event: whoever ends an attempt tells it. Call inside a transaction.
 */
export const settle = (db: Db, at: string, id: number, end: Settlement): Status | null => {
  const status = next('processing', end.verb);
  const values = [
    status,
    'code' in end ? end.code : null,
    'message' in end ? end.message : null,
    end.verb === 'complete' ? JSON.stringify(end.result) : null,
    end.screenshotPath ?? null,
    end.verb === 'requeue' ? end.notBefore : null,
    end.verb === 'requeue' && end.counts ? 1 : 0,
    isOver(end.verb) ? at : null,
    id,
  ];
  if (db.sql(whileProcessing).run(...values).changes === 1) return status;
  if (end.verb !== 'complete' && end.verb !== 'doubt') return null;
  return db.sql(unlessCompleted).run(...values).changes === 1 ? status : null;
};

const isOver = (verb: MachineVerb): boolean => verb === 'complete' || verb === 'fail' || verb === 'doubt';
