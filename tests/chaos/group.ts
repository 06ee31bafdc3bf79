import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** The demo in a process group of its own, so that one signal reaches everything it started. */
export type Group = {
  /** Resolves true with the line that carries the panel's address, false when the process ended before. */
  readonly ready: Promise<boolean>;
  /** Exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  /** Its leader has neither ended nor been killed. */
  isAlive(): boolean;
  /** SIGKILL to the whole group; resolves when its leader is gone. */
  kill(): Promise<void>;
};

const program = resolve(import.meta.dirname, '../../server/demo/main.ts');

/** Starts the demo; what it says goes to `logFile`, its stdout also to `said`. */
export const startGroup = (options: {
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  said?: (line: string) => void;
}): Group => {
  const log = openSync(options.logFile, 'a');
  const child = spawn(process.execPath, [program, ...options.args], { detached: true, stdio: ['ignore', 'pipe', log], env: options.env });
  closeSync(log);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const lines = createInterface({ input: child.stdout as Readable });
  if (options.said) lines.on('line', options.said);
  const ready = Promise.race([once(lines, 'line').then(() => true), ended.then(() => false)]);
  return { ready, ended, isAlive: () => isAlive(child), kill: () => killGroup(child, ended) };
};

const isAlive = (child: ChildProcess): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;

const killGroup = async (child: ChildProcess, ended: Promise<unknown>): Promise<void> => {
  // The group exists as long as its leader is not reaped: its number cannot have become somebody else's.
  if (isAlive(child)) process.kill(-(child.pid as number), 'SIGKILL');
  await ended;
};

const patienceMs = 10_000;

/**
 * Waits until no process works in the folder any more and answers the command lines of those that outlived their group
 * (Linux only: elsewhere nobody is seen).
 */
export const survivors = async (folder: string): Promise<string[]> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const alive = workingIn(folder);
    if (alive.length === 0 || performance.now() > deadline) return alive;
    await delay(50);
  }
};

const workingIn = (folder: string): string[] => {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    const [command, environment] = [read(pid, 'cmdline'), read(pid, 'environ')];
    return `${command}${environment}`.includes(folder) ? [`${pid} ${command.replaceAll('\0', ' ').slice(0, 120)}`] : [];
  });
};

/** A process may end while it is being looked at. */
const read = (pid: string, what: string): string => {
  try {
    return readFileSync(join('/proc', pid, what), 'utf8');
  } catch {
    return '';
  }
};
