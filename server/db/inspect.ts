import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CerebroError } from '#server/lib/errors.ts';

/** What a look at the local database found, without changing or locking anything. */
export type DatabaseFacts = {
  readonly sqliteVersion: string;
  readonly file: string;
  /** null = there is none yet: the first start makes it. */
  readonly bytes: number | null;
};

/** Opens `dataDir/cerebro.db` for reading, also while Cerebro works with it. @throws CerebroError `base_danada`. */
export const inspectDatabase = (dataDir: string): DatabaseFacts => {
  const file = join(dataDir, 'cerebro.db');
  const exists = existsSync(file);
  const sqlite = new Database(exists ? file : ':memory:', { readonly: exists });
  try {
    const sqliteVersion = sqlite.prepare('SELECT sqlite_version()').pluck().get() as string;
    const verdict = sqlite.pragma('quick_check(1)', { simple: true });
    if (verdict !== 'ok') throw new CerebroError('base_danada', `La base de datos ${file} está dañada: ${verdict}.`);
    return { sqliteVersion, file, bytes: exists ? statSync(file).size : null };
  } finally {
    sqlite.close();
  }
};
