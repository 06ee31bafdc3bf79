import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { folderFailure, refuseBroken } from './db/failures.ts';
import { type Db, lockFolder, openDatabase } from './db/open.ts';
import type { Clock } from './lib/clock.ts';
import { makeFolder } from './lib/make-folder.ts';
import { lastDied } from './sistema/arranques.ts';

/**
 * Takes the data folder for this process, and opens its database; after a death the whole file is read first for what it may have
 * broken. `onOpen` gets how to close each.
 * @throws CerebroError with a sentence for a folder in use, full, closed to us or broken, and for a newer database.
 */
export const openFolder = (dataDir: string, clock: Clock, onOpen: (close: () => void) => void): Db => {
  try {
    const lock = lockFolder(dataDir, clock);
    onOpen(() => lock.release());
    emptyScratch(dataDir);
    const db = openDatabase(dataDir, clock);
    onOpen(() => db.close());
    if (lastDied(db)) refuseBroken(db.sqlite, dataDir);
    return db;
  } catch (thrown) {
    throw folderFailure(thrown, dataDir);
  }
};

/**
 * Where browsers keep their profiles while they work. Emptied at each start: a name that nobody else's folder has, because the data
 * folder may be one that holds other things too (somebody's home, `/var`).
 */
export const scratchOf = (dataDir: string): string => join(dataDir, 'tmp-cerebro');

/** What attempts that died left there. */
const emptyScratch = (dataDir: string): void => {
  const scratch = scratchOf(dataDir);
  rmSync(scratch, { recursive: true, force: true });
  makeFolder(scratch);
};
