import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CerebroError } from '#server/lib/errors.ts';
import type { WholeFile } from './look-whole.ts';
import type { Db } from './open.ts';
import { checkpointPages } from './schema/file.ts';

/** What is done with a database file in a thread of its own: reading all of it would block the house for seconds. */
export type CareTask =
  | { readonly kind: 'copy'; readonly file: string; readonly to: string; readonly name: string; readonly at: string; readonly casa: string }
  | { readonly kind: 'look'; readonly file: string };

export type CareAnswer =
  | { readonly ok: true; readonly whole?: WholeFile; readonly damage?: string | null }
  | { readonly ok: false; readonly message: string; readonly code: string };

type House = Pick<Db, 'sqlite'>;

/**
 * Copies the database, as it stands at one instant, to `to`, and reads the copy back. What is written meanwhile is not in it and
 * is not kept waiting. @throws CerebroError `copia_fallida` with the reason; nothing is left at `to` then.
 */
export const copyDatabase = async (
  db: House,
  task: { to: string; name: string; at: string; casa: string },
  signal: AbortSignal,
): Promise<WholeFile> => (await unfolded(db, () => inThread({ kind: 'copy', file: db.sqlite.name, ...task }, signal))).whole as WholeFile;

/** Whether the database is damaged, while others work with it; null = it is whole. */
export const findDamage = async (db: House, signal: AbortSignal): Promise<string | null> =>
  (await unfolded(db, () => inThread({ kind: 'look', file: db.sqlite.name }, signal))).damage ?? null;

/** How many read all of it now. */
const reading = new WeakMap<House['sqlite'], number>();

/**
 * While somebody reads all of it, the log grows: nothing behind him may be folded into the file. Whoever writes next would fold a
 * gigabyte in one go, which blocked the house for five seconds. So this connection folds nothing meanwhile, and the thread does
 * it. The log keeps its size and is written over: cutting it would block too.
 */
const unfolded = async <T>({ sqlite }: House, work: () => Promise<T>): Promise<T> => {
  const count = (more: number) => {
    const now = (reading.get(sqlite) ?? 0) + more;
    reading.set(sqlite, now);
    if (sqlite.open) sqlite.pragma(`wal_autocheckpoint = ${now > 0 ? 0 : checkpointPages}`);
  };
  count(1);
  try {
    return await work();
  } finally {
    count(-1);
  }
};

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
  if (told !== null) return new CerebroError(told.code === damagedCopy ? damagedCopy : 'copia_fallida', sentenceOf({ name: '', ...told }));
  if (signal.aborted) return new CerebroError(stoppedCode, 'Se paró antes de acabar.');
  return new CerebroError('copia_fallida', 'El hilo que lo hacía terminó sin decir nada.');
};

/** It was told to stop: no failure of anything. */
export const stoppedCode = 'parado';

/** What was copied is not whole. */
export const damagedCopy = 'copia_no_valida';

/** What the disk says, by the beginning of its code. */
const known: readonly (readonly [prefixes: readonly string[], sentence: string])[] = [
  [['SQLITE_FULL', 'ENOSPC', 'EDQUOT'], 'No queda sitio en el disco.'],
  [['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM'], 'No se puede escribir en la carpeta de las copias.'],
  [['ENOENT', 'ENOTDIR', 'EEXIST'], 'La carpeta de las copias no existe y no se puede crear.'],
  [['SQLITE_IOERR', 'EIO', 'ESTALE', 'EHOSTDOWN'], 'El disco falla al leer o al escribir.'],
];

/** A failure of the disk, for people; anything else in its own words. */
export const sentenceOf = ({ code, message }: NodeJS.ErrnoException): string =>
  known.find(([prefixes]) => prefixes.some((prefix) => code?.startsWith(prefix)))?.[1] ?? message;
