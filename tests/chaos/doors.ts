import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';

/** The faults of one simulated server, over HTTP like anybody else's. */
export type FaultDoor = {
  arm(name: string, times: number): Promise<void>;
  /** Requests held by that fault now. */
  held(name: string): Promise<number>;
  /** How often that fault will still happen. */
  left(name: string): Promise<number>;
};

export const faultDoor = (origin: string): FaultDoor => ({
  arm: async (nombre, veces) => {
    const body = JSON.stringify({ nombre, veces });
    const answer = await fetch(`${origin}/fallos`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!answer.ok) throw new Error(`${origin}/fallos: ${answer.status} ${await answer.text()}`);
  },
  left: async (name) => {
    const answer = await fetch(`${origin}/fallos`);
    const { fallos } = (await answer.json()) as { fallos: { nombre: string; veces: number }[] };
    return fallos.find((one) => one.nombre === name)?.veces ?? 0;
  },
  held: async (name) => {
    const answer = await fetch(`${origin}/fallos`);
    const { retenidas } = (await answer.json()) as { retenidas: { nombre: string }[] };
    return retenidas.filter((one) => one.nombre === name).length;
  },
});

/** A write lock on somebody's SQLite file, held until it is let go. */
export type Lock = { release(): void };

/** Waits up to 10 s for its turn; readers go on, writers wait from then on. */
export const lockFile = (file: string): Lock => {
  const db = new Database(file, { fileMustExist: true, timeout: 10_000 });
  db.exec('BEGIN IMMEDIATE');
  return {
    release: () => {
      if (!db.open) return;
      db.exec('ROLLBACK');
      db.close();
    },
  };
};

/**
 * Looks at the file again and again, without rest, until `isSo`, and then takes the write lock before anybody else
 * writes. Answers null when `isOver` or somebody was faster: what was seen had gone when the lock was ours.
 */
export const catchInTheAct = async (file: string, isSo: string, isOver: () => boolean): Promise<Lock | null> => {
  const db = new Database(file, { fileMustExist: true, timeout: 0 });
  const seen = db.prepare(isSo).pluck();
  while (!seen.get()) {
    if (isOver()) {
      db.close();
      return null;
    }
    await new Promise((next) => setImmediate(next));
  }
  return heldWhile(db, () => Boolean(seen.get()));
};

const heldWhile = (db: Database.Database, isSo: () => boolean): Lock | null => {
  try {
    db.exec('BEGIN IMMEDIATE');
  } catch {
    // Busy: the write that was to be prevented is under way.
    db.close();
    return null;
  }
  const release = () => {
    db.exec('ROLLBACK');
    db.close();
  };
  if (isSo()) return { release };
  release();
  return null;
};

/** A pair of eyes on an SQLite file: it never writes, so what a death left behind stays as it is. */
export type Eyes = { all<T>(sql: string, ...values: unknown[]): T[]; one<T>(sql: string, ...values: unknown[]): T; close(): void };

export const openEyes = (file: string): Eyes => {
  const db = new Database(file, { readonly: true, fileMustExist: true, timeout: 10_000 });
  return {
    all: <T>(sql: string, ...values: unknown[]) => db.prepare(sql).all(...values) as T[],
    one: <T>(sql: string, ...values: unknown[]) =>
      db
        .prepare(sql)
        .pluck()
        .get(...values) as T,
    close: () => void db.close(),
  };
};

/** Looks every few milliseconds until it is so. @throws after `patienceMs`, naming what never came. */
export const until = async (what: string, isSo: () => boolean | Promise<boolean>, patienceMs = 60_000): Promise<void> => {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`no ha ocurrido en ${patienceMs / 1000} s: ${what}`);
    await delay(5);
  }
};

/**
 * Resolves at the n-th commit anybody makes to the file from now on, or when nothing is left to wait for.
 * `PRAGMA data_version` changes when another connection commits.
 */
export const untilCommits = async (file: string, commits: number, patienceMs: number): Promise<void> => {
  const deadline = performance.now() + patienceMs;
  while (!existsSync(file) && performance.now() < deadline) await delay(5);
  if (!existsSync(file)) return;
  const db = new Database(file, { readonly: true, timeout: 10_000 });
  const version = () => db.pragma('data_version', { simple: true }) as number;
  try {
    for (let seen = 0, known = version(); seen < commits && performance.now() < deadline; await delay(1)) {
      const now = version();
      seen += now === known ? 0 : Math.max(1, now - known);
      known = now;
    }
  } finally {
    db.close();
  }
};
