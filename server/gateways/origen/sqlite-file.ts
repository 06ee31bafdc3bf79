import { type Stats, statSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { likeAny } from '#server/lib/sql-like.ts';
import { canonicalId, OrigenError, type SourceRule } from './origen.ts';

/** The connection as the verbs see it. */
export type Connection = {
  readonly sqlite: Database.Database;
  /** A prepared statement, kept for the life of the connection. */
  sql(text: string): Database.Statement<unknown[], unknown>;
};

/** Somebody else's SQLite file: others may hold it, replace it or take it away at any time. */
export type SourceFile = {
  /**
   * Runs a short synchronous piece of work. While another program holds the file, waits without blocking the event loop
   * and tries again: SQLite answers "busy" only for what it has not done. Gives way to the event loop before it answers.
   * @throws OrigenError; `ambiguous` for a write whose end the disk did not tell.
   */
  ask<T>(work: (connection: Connection) => T): Promise<T>;
  /** The same at once, for the start; a file that is busy just now is taken at its word. */
  tryNow(work: (connection: Connection) => unknown): void;
  close(): void;
};

/** Waiting inside SQLite blocks the event loop: hardly any; the patience is asynchronous. */
const busyTimeoutMs = 20;

/** Opened at the first question, and again whenever another file stands in its place. */
export const openSourceFile = (file: string, { patienceMs = 10_000, clock = systemClock as Clock } = {}): SourceFile => {
  let held: { connection: Connection; identity: Identity } | null = null;
  let closed = false;
  const drop = () => {
    held?.connection.sqlite.close();
    held = null;
  };
  /** The file itself may have been replaced since: what we hold open would then be a ghost nobody else sees. */
  const current = (): Connection => {
    if (closed) throw new OrigenError('origen_cerrado', 'El origen está cerrado.');
    const identity = identify(file);
    if (held && !sameFile(held.identity, identity)) drop();
    held ??= { connection: connect(file), identity };
    return held.connection;
  };
  const ask: SourceFile['ask'] = async (work) => {
    const deadline = clock.monotonic() + patienceMs;
    for (let wait = 5; ; wait = Math.min(wait * 2, 200)) {
      try {
        const answer = work(current());
        // One answer after another would otherwise be one long turn of the event loop.
        await breathe();
        return answer;
      } catch (error) {
        if (!isBusy(error) || clock.monotonic() > deadline) throw explained(error, file);
      }
      await clock.sleep(wait);
    }
  };
  const tryNow: SourceFile['tryNow'] = (work) => {
    try {
      work(current());
    } catch (error) {
      if (isBusy(error)) return;
      drop();
      throw explained(error, file);
    }
  };
  return {
    ask,
    tryNow,
    close: () => {
      closed = true;
      drop();
    },
  };
};

type Identity = Pick<Stats, 'dev' | 'ino'>;
const sameFile = (a: Identity, b: Identity): boolean => a.dev === b.dev && a.ino === b.ino;

const identify = (file: string): Identity => {
  try {
    const stats = statSync(file);
    if (stats.isFile()) return stats;
  } catch (error) {
    throw new OrigenError('origen_no_existe', `El archivo del origen no existe: ${file}.`, { cause: error, transient: true });
  }
  throw new OrigenError('origen_no_existe', `El origen no es un archivo: ${file}.`);
};

const connect = (file: string): Connection => {
  const sqlite = new Database(file, { fileMustExist: true, timeout: busyTimeoutMs });
  // A claim that was answered must survive a power cut: from then on we file.
  sqlite.pragma('synchronous = FULL');
  addFunctions(sqlite);
  const statements = new Map<string, Database.Statement<unknown[], unknown>>();
  const sql = (text: string) => {
    const known = statements.get(text);
    if (known) return known;
    const prepared = sqlite.prepare<unknown[], unknown>(text);
    statements.set(text, prepared);
    return prepared;
  };
  return { sqlite, sql };
};

/** The questions SQL Server answers by itself: LIKE under its collation, trimming, whole numbers. */
const addFunctions = (sqlite: Database.Database): void => {
  const rules = new Map<string, (organisme: string, usuario: string) => boolean>();
  const compiled = (rule: string) => {
    const known = rules.get(rule);
    if (known) return known;
    // Rules are edited now and then, for years: the old ones must not pile up.
    if (rules.size > 200) rules.clear();
    const meets = compileRule(JSON.parse(rule) as SourceRule);
    rules.set(rule, meets);
    return meets;
  };
  const options = { deterministic: true, directOnly: true };
  sqlite.function('cerebro_meets', options, (organisme: unknown, usuario: unknown, rule: unknown) =>
    compiled(rule as string)(trimmed(organisme), trimmed(usuario)) ? 1 : 0,
  );
  sqlite.function('cerebro_trim', options, trimmed);
  sqlite.function('cerebro_id', { ...options, safeIntegers: true }, canonicalId);
};

const compileRule = (rule: SourceRule) => {
  const includes = likeAny(rule.patterns);
  const excludes = likeAny(rule.excluded);
  return (organisme: string, usuario: string) => includes(organisme) && !excludes(organisme) && (!rule.onlyUnassigned || usuario === '');
};

/** A value as text without blank ends; '' for NULL. */
export const trimmed = (value: unknown): string => (value === null || value === undefined ? '' : String(value).trim());

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code.startsWith('SQLITE_LOCKED'));

/** It answers, and will not do that: a constraint, a trigger, a file without permission to write. */
const refusals = /^SQLITE_(CONSTRAINT|READONLY(?!_DBMOVED)|PERM|AUTH|MISMATCH|TOOBIG)/;

const refusalOf = (code: string, { message }: Error, file: string): string =>
  /^SQLITE_(READONLY|PERM)/.test(code) ? `quien ejecuta Cerebro no puede escribir en ${file}, o en su carpeta` : message;

const explained = (error: unknown, file: string): OrigenError => {
  if (error instanceof OrigenError) return error;
  if (isBusy(error))
    return new OrigenError('origen_ocupado', `Otro programa tiene ocupado el archivo del origen (${file}).`, {
      cause: error,
      transient: true,
    });
  const code = error instanceof Database.SqliteError ? error.code : '';
  if (code === 'SQLITE_NOTADB')
    return new OrigenError('origen_no_es_sqlite', `El archivo del origen (${file}) no es una base de datos SQLite.`);
  if (refusals.test(code))
    return new OrigenError('origen_rechaza', `El origen rechaza el cambio: ${refusalOf(code, error as Error, file)}.`, { cause: error });
  return new OrigenError('origen_no_responde', `El archivo del origen (${file}) no responde: ${(error as Error).message}.`, {
    cause: error,
    transient: true,
    ambiguous: /^SQLITE_(IOERR|FULL|PROTOCOL)/.test(code),
  });
};
