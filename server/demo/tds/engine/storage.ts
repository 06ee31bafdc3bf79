import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Value } from '../types.ts';
import { type Column, columnRows, columnsView, createCatalog, quoted, type Table } from './catalog.ts';
import { SqlServerError } from './complaint.ts';
import { addFunctions } from './functions.ts';
import type { Mishaps } from './mishaps.ts';

/** The file as one connection holds it: its transaction and its patience. One writer at a time; readers see what is committed. */
export const openStorage = (file: string, mishaps: Mishaps) => {
  const db = new Database(file, { fileMustExist: true, timeout: 0 });
  addFunctions(db);
  const catalog = createCatalog(db);
  const kept = new Map<string, Database.Statement<unknown[], unknown>>();
  /** `open`: BEGIN TRAN was said. `wrote`: something waits to be committed. */
  const state = { lockTimeoutMs: -1, open: false, wrote: false };

  const prepared = (sql: string): Database.Statement<unknown[], unknown> => {
    const known = kept.get(sql);
    if (known) return known;
    if (kept.size > 200) kept.clear();
    const statement = db.prepare<unknown[], unknown>(sql).raw().safeIntegers();
    kept.set(sql, statement);
    return statement;
  };

  /** Waits for whoever holds the file, at most as long as LOCK_TIMEOUT says. */
  const patiently = async <T>(work: () => T, signal: AbortSignal): Promise<T> => {
    const began = performance.now();
    for (let wait = 1; ; wait = Math.min(wait * 2, 25)) {
      signal.throwIfAborted();
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw asComplaint(error);
      }
      if (state.lockTimeoutMs >= 0 && performance.now() - began >= state.lockTimeoutMs) throw lockTimeOut();
      await pause(wait, undefined, { signal });
    }
  };

  const rollback = (): void => {
    if (db.inTransaction) db.prepare('ROLLBACK').run();
    Object.assign(state, { open: false, wrote: false });
  };

  const commit = async (signal: AbortSignal): Promise<void> => {
    const { wrote } = state;
    if (wrote) mishaps.beforeCommit();
    if (db.inTransaction) await patiently(() => void db.prepare('COMMIT').run(), signal);
    Object.assign(state, { open: false, wrote: false });
    if (wrote) await mishaps.afterCommit(signal);
  };

  return {
    state,
    catalog,
    patiently,
    commit,
    rollback,
    all: (sql: string, values: readonly Value[]): Value[][] => prepared(sql).all(...values) as Value[][],
    /** Takes the lock of the one writer, unless this connection has it. */
    beginWriting: async (signal: AbortSignal): Promise<void> => {
      // It must outlive its process, not the machine.
      if (!db.inTransaction) await patiently(() => void db.exec('PRAGMA synchronous = OFF; BEGIN IMMEDIATE'), signal);
      state.wrote = true;
    },
    declare: (table: Table): void => void db.exec(`CREATE TEMP TABLE ${quoted(table.sqlite)} (${names(table.columns)})`),
    drop: (table: Table): void => void db.exec(`DROP TABLE temp.${quoted(table.sqlite)}`),
    insert: (table: Table, columns: readonly string[], rows: readonly (readonly unknown[])[]): void => {
      const marks = columns.map(() => '?').join(', ');
      const insert = db.prepare(`INSERT INTO ${quoted(table.sqlite)} (${columns.map(quoted).join(', ')}) VALUES (${marks})`);
      for (const row of rows) insert.run(...row);
    },
    /** Writes INFORMATION_SCHEMA.COLUMNS anew. */
    describe(): void {
      db.exec(`CREATE TEMP TABLE IF NOT EXISTS ${columnsView.sqlite} (${names(columnsView.columns)}); DELETE FROM ${columnsView.sqlite}`);
      const rows = columnRows(catalog.tables());
      this.insert(
        columnsView,
        columnsView.columns.map(({ name }) => name),
        rows,
      );
    },
    close: (): void => {
      if (db.open) rollback();
      db.close();
    },
  };
};

export type Storage = ReturnType<typeof openStorage>;

const names = (columns: readonly Column[]): string => columns.map(({ name }) => quoted(name)).join(', ');

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code.startsWith('SQLITE_LOCKED'));

const lockTimeOut = (): SqlServerError => new SqlServerError(1222, 'Lock request time out period exceeded.');

/** A constraint or a trigger of the file is one of the table's. */
export const asComplaint = (error: unknown): unknown =>
  error instanceof Database.SqliteError ? new SqlServerError(50_000, error.message) : error;
