import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder that goes away with the test. */
export const temporaryFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'cerebro-db-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A real process that holds a data folder (`lock`) or the write lock of its database (`write`). */
export type Holder = {
  readonly pid: number;
  /** Lets go and ends politely. */
  release(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
};

/** Resolves once the process holds what it was told to hold. */
export const startHolder = async (t: TestContext, what: 'lock' | 'write', folder: string): Promise<Holder> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'holder.ts'), what, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  t.after(() => child.kill('SIGKILL'));
  const said = await Promise.race([new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data)))), ended]);
  if (!said?.startsWith('held')) throw new Error('the holder ended before it held anything');
  return {
    pid: child.pid as number,
    release: () => {
      child.stdin.end();
      return ended;
    },
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
};
