import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A real `server/main.ts` with exactly this environment. */
export type CerebroProcess = {
  readonly child: ChildProcess;
  /** Address of the panel, once it is told on stdout. Rejects with what stood on stderr if it ends before. */
  readonly url: Promise<string>;
  /** Exit code and everything said, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
};

const main = join(import.meta.dirname, '../../server/main.ts');

export const spawnCerebro = (
  t: TestContext,
  environment: Record<string, string>,
  who: { uid?: number; gid?: number } = {},
): CerebroProcess => {
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'], ...who });
  let stdout = '';
  let stderr = '';
  const url = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const told = /^Cerebro: (http\S+)$/m.exec(stdout);
    if (told) url.resolve(told[1] as string);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code]) => {
    url.reject(new Error(`ended with ${code}: ${stderr}${stdout}`));
    return { code: code as number | null, stdout, stderr };
  });
  url.promise.catch(() => undefined);
  t.after(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  });
  return { child, url: url.promise, ended };
};
