import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CerebroError } from '#server/lib/errors.ts';
import type { WholeFile } from './look-whole.ts';

/** What is done with a database file in a thread of its own: reading all of it would block the house for seconds. */
export type CareTask =
  | { readonly kind: 'copy'; readonly file: string; readonly to: string; readonly name: string; readonly at: string }
  | { readonly kind: 'whole' | 'quick'; readonly file: string };

export type CareAnswer =
  | { readonly ok: true; readonly whole?: WholeFile; readonly damage?: string | null }
  | { readonly ok: false; readonly message: string; readonly code: string };

/**
 * Copies the database at `file`, as it stands at one instant, to `to`, and reads the copy back. What is written meanwhile is not in it and
 * is not kept waiting. @throws CerebroError `copia_fallida` with the reason; nothing is left at `to` then.
 */
export const copyDatabase = async (task: { file: string; to: string; name: string; at: string }, signal: AbortSignal): Promise<WholeFile> =>
  (await inThread({ kind: 'copy', ...task }, signal)).whole as WholeFile;

/** Whether the database is damaged, while others work with it; null = it is whole. */
export const findDamage = async (file: string, signal: AbortSignal): Promise<string | null> =>
  (await inThread({ kind: 'quick', file }, signal)).damage ?? null;

/** Looks at all of a file. @throws CerebroError with what is wrong with it. */
export const checkCopy = async (file: string, signal: AbortSignal): Promise<WholeFile> =>
  (await inThread({ kind: 'whole', file }, signal)).whole as WholeFile;

const inThread = (task: CareTask, signal: AbortSignal): Promise<Extract<CareAnswer, { ok: true }>> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(join(import.meta.dirname, 'care-thread.ts'), { workerData: task });
    const stop = () => void worker.terminate();
    signal.addEventListener('abort', stop, { once: true });
    let told: CareAnswer | null = null;
    worker.once('message', (answer: CareAnswer) => {
      told = answer;
    });
    worker.once('error', (error) => {
      told = { ok: false, message: error.message, code: '' };
    });
    worker.once('exit', () => {
      signal.removeEventListener('abort', stop);
      if (told?.ok) return resolve(told);
      reject(failed(told, signal));
    });
    if (signal.aborted) stop();
  });

const failed = (told: Extract<CareAnswer, { ok: false }> | null, signal: AbortSignal): CerebroError => {
  if (told === null)
    return new CerebroError('copia_fallida', signal.aborted ? 'Se paró antes de acabar.' : 'El hilo que lo hacía terminó sin decir nada.');
  const full = told.code === 'SQLITE_FULL' || told.code === 'ENOSPC';
  return new CerebroError('copia_fallida', full ? 'No queda sitio en el disco.' : told.message);
};
