import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as rest } from 'node:timers/promises';
import { freePort } from '#tests/support/free-port.ts';

/** A Redis of our own: on loopback, at a port nobody else knows, with nothing on the disk. */
export type Redis = { readonly port: number; stop(): Promise<void> };

const patienceMs = 10_000;

export const startRedis = async (folder: string, tell: (line: string) => void): Promise<Redis> => {
  installRedis(tell);
  const port = await freePort();
  const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder, daemonize: 'no' };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  const ended = once(server, 'exit');
  // Its stdin would not tell it that we are gone.
  const end = (): void => void server.kill();
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    process.off('exit', end);
    end();
    await ended;
  };
  await Promise.race([answers(port), ended.then(() => Promise.reject(new Error('redis-server ended before it listened')))]);
  return { port, stop };
};

/** From Debian's package, like the browser; elsewhere it has to be there already. */
const installRedis = (tell: (line: string) => void): void => {
  if (isThere()) return;
  if (process.getuid?.() !== 0) throw new Error('El bench se compara con bull-board y necesita redis-server: instálelo.');
  tell('instalando redis-server');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], { stdio: ['ignore', 2, 2], env });
};

const isThere = (): boolean => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const answers = async (port: number): Promise<void> => {
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await rest(20)) {
    const socket = connect(port, '127.0.0.1');
    const there = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (there) return;
  }
  throw new Error('redis-server does not listen');
};
