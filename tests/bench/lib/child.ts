import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

/** A helper of the bench in a process of its own: it says one line when it is ready, and ends when its stdin closes. */
export type Child = {
  /** What it said: the address it listens at. */
  readonly said: string;
  /** Closes its stdin and answers when it has ended. @throws when it ended badly */
  stop(): Promise<void>;
};

const spawnScript = (script: string, args: readonly string[]) =>
  spawn(process.execPath, [join(import.meta.dirname, script), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });

export const startChild = async (script: string, ...args: readonly string[]): Promise<Child> => {
  const child = spawnScript(script, args);
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const said = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    ended.then(([code]) => Promise.reject(new Error(`${script} ended with ${code} before it was ready`))),
  ]);
  const stop = async (): Promise<void> => {
    child.stdin.end();
    const [code] = await ended;
    if (code !== 0) throw new Error(`${script} ended with ${code}`);
  };
  return { said: said[0], stop };
};

/** Runs one to its end; answers the JSON it printed. */
export const askChild = async <T>(script: string, ...args: readonly string[]): Promise<T> => {
  const child = spawnScript(script, args);
  child.stdin.end();
  const [answer, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with ${code}`);
  return JSON.parse(answer) as T;
};

/** For a child: answers when whoever started it wants no more of it. */
export const stdinClosed = async (): Promise<void> => {
  process.stdin.resume();
  await once(process.stdin, 'end');
};
