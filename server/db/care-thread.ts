import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { CareAnswer, CareTask } from './care.ts';
import { markCopy } from './copy-mark.ts';
import { lookWhole, quickLook } from './look-whole.ts';

/** Between two of these SQLite lets the thread hear that it shall stop. */
const pagesPerStep = 2000;

/**
 * Copies one instant of the database: the read transaction holds it, so that what others write meanwhile neither gets in nor makes the
 * copy begin again. It gets its name once it was read back whole.
 */
const copy = async ({ file, to, at, name }: Extract<CareTask, { kind: 'copy' }>): Promise<CareAnswer> => {
  const part = `${to}.parte`;
  rmSync(part, { force: true });
  try {
    const sqlite = new Database(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
    try {
      sqlite.exec('BEGIN');
      sqlite.prepare('SELECT count(*) FROM sqlite_schema').get();
      await sqlite.backup(part, { progress: () => pagesPerStep });
    } finally {
      sqlite.close();
    }
    markCopy(part, { archivo: name, copiadaAt: at });
    const whole = lookWhole(part);
    sync(part);
    renameSync(part, to);
    return { ok: true, whole };
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
};

const sync = (path: string): void => {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const answer = async (task: CareTask): Promise<CareAnswer> => {
  if (task.kind === 'copy') return copy(task);
  if (task.kind === 'whole') return { ok: true, whole: lookWhole(task.file) };
  return { ok: true, damage: quickLook(task.file) };
};

try {
  parentPort?.postMessage(await answer(workerData as CareTask));
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  parentPort?.postMessage({ ok: false, message, code: code ?? '' } satisfies CareAnswer);
}
