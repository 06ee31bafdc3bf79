import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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

/** Peers have an install of their own, made the first time the bench runs. */
export const installPeers = (tell: (line: string) => void): void => {
  if (existsSync(join(folder, 'node_modules/plainjobs'))) return;
  tell('instalando los programas con los que se compara (tests/bench/peers)');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
};

/** plainjobs on a connection of our own: both queues run on the same build of SQLite. */
export const openPlainJobs = (connection: Database): PlainJobs => {
  const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
  const { defineQueue } = createRequire(join(folder, 'package.json'))('plainjobs') as {
    defineQueue(options: { connection: Database; logger: typeof silent; maintenanceInterval: number }): PlainJobs;
  };
  // Its maintenance would delete the finished jobs the bench is about.
  return defineQueue({ connection, logger: silent, maintenanceInterval: 2 ** 31 - 1 });
};
