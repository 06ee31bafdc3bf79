import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { needPrograms, unprivileged } from './debian.ts';
import { freePort } from './free-port.ts';

/** A MariaDB of Debian's on a private port and folder. */
export type MariaDb = {
  readonly port: number;
  /** As root, several statements at once. */
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly RowDataPacket[]>;
  close(): Promise<void>;
};

const server = '/usr/sbin/mariadbd';
const installer = '/usr/bin/mariadb-install-db';

/** Its data live and die with it; `setpriv` ends it should the test be killed. */
export const startMariaDb = async (): Promise<MariaDb> => {
  // Only the binaries: the package with the service would begin to serve the machine.
  await needPrograms([
    { file: server, package: 'mariadb-server-core' },
    { file: installer, package: 'mariadb-server-core' },
    { file: '/usr/bin/my_print_defaults', package: 'mariadb-client-core' },
  ]);
  const folder = mkdtempSync('/tmp/cerebro-mariadb-');
  const { uid, gid } = unprivileged();
  chownSync(folder, uid, gid);
  install(folder);
  for (let attempt = 1; ; attempt += 1) {
    const started = await start(folder, await freePort());
    if (started) return started;
    if (attempt === 3) throw new Error('MariaDB does not start');
  }
};

const install = (folder: string): void => {
  const args = [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    ...small,
  ];
  const { status, stderr } = spawnSync(installer, args, { ...unprivileged(), cwd: folder, encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`mariadb-install-db: ${stderr}`);
};

const small = ['--innodb-buffer-pool-size=8M', '--innodb-log-file-size=4M', '--innodb-flush-log-at-trx-commit=0', '--skip-name-resolve'];

/** Null when somebody else took the port first. */
const start = async (folder: string, port: number): Promise<MariaDb | null> => {
  const socketPath = join(folder, 'socket');
  const options = [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    `--socket=${socketPath}`,
    `--pid-file=${join(folder, 'pid')}`,
    ...small,
  ];
  const network = [`--port=${port}`, '--skip-networking=0', '--bind-address=127.0.0.1', '--max-connections=30'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', server, ...options, ...network], {
    ...unprivileged(),
    cwd: folder,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  while (!existsSync(socketPath)) {
    if (child.exitCode !== null) return null;
    await delay(20);
  }
  const asking = async <T>(work: (connection: Awaited<ReturnType<typeof createConnection>>) => Promise<T>): Promise<T> => {
    const connection = await createConnection({ socketPath, user: 'root', multipleStatements: true });
    try {
      return await work(connection);
    } finally {
      await connection.end();
    }
  };
  return {
    port,
    run: (sql) => asking(async (connection) => void (await connection.query(sql))),
    rows: (sql) => asking(async (connection) => (await connection.query<RowDataPacket[]>(sql))[0]),
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
