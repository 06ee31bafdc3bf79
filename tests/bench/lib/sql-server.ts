import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A simulated SQL Server whose work and memory are not ours. */
export type ServedSource = { readonly url: string; stop(): Promise<void> };

const program = join(import.meta.dirname, 'serve-tds.ts');

export const serveSource = async (file: string, latencyMs: number): Promise<ServedSource> => {
  const child = spawn(process.execPath, [program, file, String(latencyMs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    url,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
};
