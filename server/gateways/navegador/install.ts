import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** One way of getting a browser onto this machine. */
export type Installer = { readonly name: string; run(): Promise<void> };

const maxMinutes = 15;

/** The ways there are here, best first. `full`: the whole browser, not only the headless shell. */
export const installers = (full: boolean): readonly Installer[] => {
  const root = process.getuid?.() === 0;
  const apt = root && existsSync('/usr/bin/apt-get');
  return [...(apt ? [fromApt(full ? 'chromium' : 'chromium-headless-shell')] : []), fromPlaywright(full, apt)];
};

const fromApt = (name: string): Installer => ({
  name: `apt ${name}`,
  run: async () => {
    await visibly('apt-get', ['update']);
    await visibly('apt-get', ['install', '-y', '--no-install-recommends', name]);
  },
});

const fromPlaywright = (full: boolean, withDeps: boolean): Installer => ({
  name: 'playwright',
  run: () => {
    const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
    return visibly(process.execPath, [cli, 'install', full ? 'chromium' : 'chromium-headless-shell', ...(withDeps ? ['--with-deps'] : [])]);
  },
});

/** Everything the command says goes to stderr: stdout belongs to the demo's table. */
const visibly = async (command: string, args: readonly string[]): Promise<void> => {
  const child = spawn(command, args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: maxMinutes * 60_000,
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}`);
};
