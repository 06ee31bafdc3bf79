import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Place, plainPath } from './place.ts';
import type { Unit } from './unit.ts';

/** Cerebro as the unit runs it. */
export type Service = {
  readonly url: string;
  pid(): number;
  /** At once, for a proof that is cut. */
  kill(): void;
  /** What a person would write into `.env` and restart for; undefined takes the line out. */
  restartWith(changes: Readonly<Record<string, string | undefined>>): Promise<void>;
  stop(): Promise<void>;
};

const startSeconds = 60;

export const startService = async (
  place: Place,
  unit: Unit,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<Service> => {
  const url = `http://127.0.0.1:${port}`;
  let current: Readonly<Record<string, string | undefined>> = { ...settings, PORT: String(port) };
  let child = await begin(place, unit, url, current);
  const stop = () => end(child, unit);
  return {
    ...{ url, stop, pid: () => child.pid as number, kill: () => void child.kill('SIGKILL') },
    restartWith: async (changes) => {
      await stop();
      current = { ...current, ...changes };
      child = await begin(place, unit, url, current);
    },
  };
};

const begin = async (
  place: Place,
  unit: Unit,
  url: string,
  settings: Readonly<Record<string, string | undefined>>,
): Promise<ChildProcess> => {
  const lines = Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [`${key}='${value}'`]));
  writeFileSync(join(place.app, '.env'), `${lines.join('\n')}\n`, { mode: 0o644 });
  const [program = '', ...rest] = place.as(unit.command);
  const journal = openSync(join(place.root, 'journal.log'), 'a');
  const child = spawn(program, rest, {
    ...{ cwd: unit.workingDirectory, env: { PATH: plainPath, ...unit.environment }, stdio: ['ignore', journal, journal] },
  });
  closeSync(journal);
  for (const until = Date.now() + startSeconds * 1000; Date.now() < until; await delay(200)) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}: see its journal`);
    if (await alive(url)) return child;
  }
  child.kill('SIGKILL');
  throw new Error(`the service did not answer within ${startSeconds} s`);
};

const alive = (url: string): Promise<boolean> =>
  fetch(`${url}/salud`).then(
    ({ ok }) => ok,
    () => false,
  );

/** As systemd stops it; anything but a clean end within its patience is a failure of the proof. */
const end = async (child: ChildProcess, { killSignal, stopSeconds }: Unit): Promise<void> => {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(killSignal);
  const late = setTimeout(() => child.kill('SIGKILL'), stopSeconds * 1000);
  const [code] = await ended;
  clearTimeout(late);
  if (code !== 0) throw new Error(`the service ended with ${code} on ${killSignal}`);
};
