import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';

/** A file that somebody's package brings; its path may hold a star. */
export type Program = { readonly file: string; readonly package: string };

const isHere = ({ file }: Program): boolean => globSync(file).length > 0;

/**
 * The programs of Debian a test stands on. Where they are missing, root with apt installs them, as the browser is; anywhere
 * else the test fails and says what to install. Nothing begins to serve: a machine with systemd is told so beforehand.
 */
export const needPrograms = async (programs: readonly Program[]): Promise<void> => {
  const missing = () => [...new Set(programs.filter((program) => !isHere(program)).map((program) => program.package))];
  if (missing().length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(`This test needs programs that are not installed: apt-get install --no-install-recommends ${missing().join(' ')}`);
  if (existsSync('/run/systemd/system')) await run('systemctl', ['mask', 'ssh.service', 'ssh.socket']);
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...missing()]);
  if (missing().length > 0) throw new Error(`apt-get did not bring ${missing().join(' ')}`);
};

/** Two suites at once install one after the other. */
const apt = (args: readonly string[]): Promise<void> =>
  run('flock', ['/tmp/cerebro-tests-apt.lock', 'apt-get', '-o', 'DPkg::Lock::Timeout=90', ...args]);

const run = async (command: string, args: readonly string[]): Promise<void> => {
  const child = spawn(command, args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 110_000,
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code ?? 'a signal'}`);
};

/** Who the servers run as: never root, who has more rights than they should be tested with. */
export const unprivileged = (): { readonly uid: number; readonly gid: number } =>
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
