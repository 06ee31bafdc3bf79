import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { CareAnswer, CareTask } from './care.ts';
import { markCopy } from './copy-mark.ts';
import { lookForDamage, lookWhole } from './look-whole.ts';

/** Between two of these SQLite lets the thread hear that it shall stop. */
const pagesPerStep = 2000;

/**
 * Copies one instant of the database: the read transaction holds it, so that what others write meanwhile neither gets in nor makes the
 * copy begin again. It gets its name once it was read back whole.
 */
const copy = async ({ file, to, at, name, casa }: Extract<CareTask, { kind: 'copy' }>): Promise<CareAnswer> => {
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
      fold(file);
    }
    markCopy(part, { archivo: name, copiadaAt: at, casa });
    const whole = lookWhole(part);
    sync(part);
    renameSync(part, to);
    // Reading the copy back took its time, and nobody has folded meanwhile.
    fold(file);
    return { ok: true, whole };
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
};

/**
 * Folds into the file what was written while this thread read: here it blocks nobody. What others write meanwhile is folded in the next
 * round; a little may be left, as always.
 */
const fold = (file: string): void => {
  const sqlite = new Database(file, { fileMustExist: true, timeout: 5_000 });
  try {
    for (let round = 0; round < mostRounds; round++) {
      const [{ busy, log, checkpointed }] = sqlite.pragma('wal_checkpoint(PASSIVE)') as [Record<'busy' | 'log' | 'checkpointed', number>];
      if (busy !== 0 || log - checkpointed < littlePages) return;
    }
  } finally {
    sqlite.close();
  }
};

const mostRounds = 20;
const littlePages = 1000;

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
  const damage = lookForDamage(task.file);
  if (damage === null) fold(task.file);
  return { ok: true, damage };
};

try {
  parentPort?.postMessage(await answer(workerData as CareTask));
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  parentPort?.postMessage({ ok: false, message, code: code ?? '' } satisfies CareAnswer);
}
