import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';

const folder = join(import.meta.dirname, '../peers');

/** The half of plainjobs 0.0.4 the bench uses (its published build has no `addMany`). */
export type PlainJobs = {
  add(type: string, data: unknown): { id: number };
  getAndMarkJobAsProcessing(type: string): { id: number; data: string } | undefined;
  markJobAsDone(id: number): void;
  close(): void;
};

const readJson = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;

/** Every peer is there, in the version its package.json names. */
const areInstalled = (): boolean => {
  try {
    const wanted = Object.entries(readJson('package.json').dependencies as Record<string, string>);
    return wanted.every(([name, version]) => readJson(`node_modules/${name}/package.json`).version === version);
  } catch {
    return false;
  }
};

/** Peers have an install of their own, made the first time the bench runs. */
export const installPeers = (tell: (line: string) => void): void => {
  if (areInstalled()) return;
  tell('instalando los programas con los que se compara (tests/bench/peers)');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
};

/** A module of that install; `T` = the half of it the bench uses. */
export const requirePeer = <T>(name: string): T => createRequire(join(folder, 'package.json'))(name) as T;

/** plainjobs on a connection of our own: both queues run on the same build of SQLite. */
export const openPlainJobs = (connection: Database): PlainJobs => {
  const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
  type Options = { connection: Database; logger: typeof silent; maintenanceInterval: number };
  const { defineQueue } = requirePeer<{ defineQueue(options: Options): PlainJobs }>('plainjobs');
  // Its maintenance would delete the finished jobs the bench is about.
  return defineQueue({ connection, logger: silent, maintenanceInterval: 2 ** 31 - 1 });
};
