import { accessSync, constants, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { CerebroError } from '#server/lib/errors.ts';
import { makeFolder } from '#server/lib/make-folder.ts';
import { markCopy } from './copy-mark.ts';
import { drizzle, migrate } from './drizzle.ts';
import { folderFailure } from './failures.ts';
import { checkpointPages } from './schema/file.ts';
import * as schema from './schema/index.ts';

export type Sqlite = Database.Database;
export type Orm = BetterSQLite3Database<typeof schema>;

/**
 * The one local database. Verbs that change something are plain synchronous functions over it; whoever calls them
 * wraps them in `write`, which is one IMMEDIATE transaction.
 */
export type Db = {
  readonly sqlite: Sqlite;
  readonly orm: Orm;
  /**
   * Runs `change` in one IMMEDIATE transaction. While another program holds the file, waits without blocking the event
   * loop and tries again. `durable` syncs the disk before answering (synchronous = FULL).
   * @throws whatever `change` throws, after the rollback; `base_ocupada` after 30 s of waiting; a sentence for a disk that is full or fails.
   */
  write<T>(change: () => T, options?: { durable?: boolean }): Promise<T>;
  /** Runs `look` over one instant of the database: what it reads agrees, and a dozen statements visit the file once. */
  read<T>(look: () => T): T;
  /**
   * A prepared statement, kept for the life of the connection. A bare parameter after LIMIT, or beside a partial index, makes
   * SQLite plan it anew whenever it is bound (15 µs): say `LIMIT +?` and `CAST(? AS TEXT)`.
   */
  sql(text: string): Database.Statement<unknown[], Record<string, unknown>>;
  /** Of `write`, since the start. */
  readonly writes: WriteCounts;
  close(): void;
};

/** Transactions done, and how often and how long they waited for another program that held the file. */
export type WriteCounts = { done: number; waits: number; waitedMs: number };

const shippedFolder = resolve(import.meta.dirname, '../../drizzle');
/** Waiting inside SQLite blocks the event loop: short, and the rest of the patience is asynchronous. */
const busyTimeoutMs = 200;
const busyPatienceMs = 30_000;

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED');

/** Opens (and, if needed, creates and migrates) `dataDir/cerebro.db`. @throws CerebroError `base_mas_nueva`, `base_danada`. */
export const openDatabase = (dataDir: string, clock: Clock = systemClock, migrationsFolder = shippedFolder): Db => {
  makeFolder(dataDir);
  const file = join(dataDir, 'cerebro.db');
  const sqlite = new Database(file, { timeout: busyTimeoutMs });
  try {
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = NORMAL');
    sqlite.pragma(`wal_autocheckpoint = ${checkpointPages}`);
    migrateDatabase(sqlite, clock, migrationsFolder);
    sqlite.pragma('foreign_keys = ON');
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return wrap(sqlite, clock);
};

/** `dataDir/cerebro.db` as it stands, for reading only, also while Cerebro works with it; an empty one while there is none. */
export const openForReading = (dataDir: string): Db => {
  const file = join(dataDir, 'cerebro.db');
  const exists = existsSync(file);
  return wrap(new Database(exists ? file : ':memory:', { readonly: exists, timeout: busyTimeoutMs }), systemClock);
};

/** A migrated database in memory, for tests of one room. */
export const openMemoryDatabase = (clock: Clock = systemClock): Db => {
  const sqlite = new Database(':memory:');
  migrate(drizzle({ client: sqlite }), { migrationsFolder: shippedFolder });
  return wrap(sqlite, clock);
};

const wrap = (sqlite: Sqlite, clock: Clock): Db => {
  const statements = new Map<string, Database.Statement<unknown[], Record<string, unknown>>>();
  const sql = (text: string) => {
    const known = statements.get(text);
    if (known) return known;
    const prepared = sqlite.prepare<unknown[], Record<string, unknown>>(text);
    statements.set(text, prepared);
    return prepared;
  };
  // One wrapper for all: better-sqlite3 builds eight functions for each it makes.
  const { immediate: transaction, deferred } = sqlite.transaction((change: () => unknown) => change());
  const read = <T>(look: () => T) => deferred(look) as T;
  const writes: WriteCounts = { done: 0, waits: 0, waitedMs: 0 };
  const write: Db['write'] = async <T>(change: () => T, { durable = false } = {}) => {
    const deadline = clock.monotonic() + busyPatienceMs;
    const once = () => transaction(change) as T;
    for (let wait = 10; ; wait = Math.min(wait * 2, 250)) {
      try {
        const answer = durable ? synced(sqlite, once) : once();
        writes.done += 1;
        return answer;
      } catch (error) {
        if (!isBusy(error)) throw toldBy(sqlite, error);
        if (clock.monotonic() > deadline)
          throw new CerebroError('base_ocupada', 'Otro programa tiene ocupada la base de datos local.', { cause: error, transient: true });
      }
      writes.waits += 1;
      writes.waitedMs += wait;
      await clock.sleep(wait);
    }
  };
  return { sqlite, orm: drizzle({ client: sqlite, schema }), write, read, sql, writes, close: () => sqlite.close() };
};

/** SQLite's own words for a full disk and the like are in English, and nothing a person can act on. */
const toldBy = (sqlite: Sqlite, error: unknown): unknown =>
  error instanceof Database.SqliteError ? folderFailure(error, dirname(sqlite.name)) : error;

const synced = <T>(sqlite: Sqlite, run: () => T): T => {
  sqlite.pragma('synchronous = FULL');
  try {
    return run();
  } finally {
    sqlite.pragma('synchronous = NORMAL');
  }
};

const migrateDatabase = (sqlite: Sqlite, clock: Clock, migrationsFolder: string): void => {
  const file = sqlite.name;
  const shipped = shippedMigrations(migrationsFolder);
  const applied = appliedMigration(sqlite);
  const newest = shipped.at(-1) ?? 0;
  if (applied !== null && applied > newest)
    throw new CerebroError(
      'base_mas_nueva',
      `La base de datos ${file} es de una versión de Cerebro más nueva que esta: instale esa versión o use otra carpeta de datos (DATA_DIR).`,
    );
  if (applied === newest) return;
  const copy = applied === null ? null : `${file}.antes-de-${newest}-${clock.now().getTime()}`;
  if (copy) sqlite.prepare('VACUUM INTO ?').run(copy);
  sqlite.pragma('foreign_keys = OFF');
  migrate(drizzle({ client: sqlite }), { migrationsFolder });
  const broken = sqlite.pragma('foreign_key_check') as unknown[];
  if (broken.length === 0) {
    if (copy) markOld(copy, clock);
    return;
  }
  sqlite.close();
  if (copy) copyFileSync(copy, file);
  throw new CerebroError(
    'base_danada',
    `La base de datos ${file} tendría ${broken.length} referencias rotas tras actualizarla: se ha dejado como estaba, con una copia a su lado.`,
  );
};

/** Whoever goes back to it goes back in time: what was filed since is not in it. One too old to hold a mark stays without. */
const markOld = (copy: string, clock: Clock): void => {
  try {
    markCopy(copy, { archivo: copy, copiadaAt: clock.now().toISOString() });
  } catch {
    // The guide for going back says what else holds it.
  }
};

/** Instant (ms) of the newest migration this version knows. */
export const newestSchema = (): number => shippedMigrations(shippedFolder).at(-1) ?? 0;

const shippedMigrations = (migrationsFolder: string): number[] => {
  const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as { entries: { when: number }[] };
  return journal.entries.map((entry) => entry.when);
};

const appliedMigration = (sqlite: Sqlite): number | null => {
  const table = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = '__drizzle_migrations'").get();
  if (!table) return null;
  return sqlite.prepare('SELECT max(created_at) FROM __drizzle_migrations').pluck().get() as number | null;
};

/** @throws CerebroError `carpeta_no_valida` where no folder can be. */
const requireFolder = (dataDir: string): void => {
  try {
    makeFolder(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK);
  } catch (cause) {
    const sentence = `La carpeta de datos ${dataDir} no se puede crear o no se puede escribir en ella: elija otra con DATA_DIR.`;
    throw new CerebroError('carpeta_no_valida', sentence, { cause });
  }
};

/** Held for life by the owner of a data folder; the operating system frees it when the process dies. */
export type FolderLock = { release(): void };

/**
 * Makes this process the only owner of the data folder.
 * @throws CerebroError `carpeta_en_uso` while another process holds it.
 */
export const lockFolder = (dataDir: string, clock: Clock = systemClock): FolderLock => {
  requireFolder(dataDir);
  const lock = new Database(join(dataDir, 'lock.db'), { timeout: 0 });
  const noteFile = join(dataDir, 'lock.txt');
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const note = existsSync(noteFile) ? ` (${readFileSync(noteFile, 'utf8').trim()})` : '';
    throw new CerebroError(
      'carpeta_en_uso',
      `Otro Cerebro ya trabaja con la carpeta de datos ${dataDir}${note}. Ciérrelo o use otra carpeta (DATA_DIR).`,
      { cause: error },
    );
  }
  writeFileSync(noteFile, `proceso ${process.pid}, desde ${clock.now().toISOString()}\n`);
  return {
    release: () => {
      lock.exec('ROLLBACK');
      lock.close();
    },
  };
};
