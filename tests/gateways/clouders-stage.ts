import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { LoadProvider } from '#server/gateways/carga/carga.ts';
import { type CloudersSshConfig, openCloudersSsh } from '#server/gateways/carga/clouders-ssh.ts';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { type MariaDb, startMariaDb } from '#tests/support/mariadb.ts';
import { type OpenSsh, sshUser, startOpenSsh } from '#tests/support/openssh.ts';

const reader = { name: 'lector', password: 'clave-de-mysql-9' } as const;

export const cloudersSecrets = [sshUser.password, reader.password];

/** Clouders as it is: tasks and robots in a MySQL that only its own machine reaches. */
export type Clouders = {
  readonly db: MariaDb;
  readonly ssh: OpenSsh;
  config(changed?: Partial<CloudersSshConfig>): CloudersSshConfig;
  withTickets(tickets: Readonly<Record<string, number>>): Promise<void>;
  close(): Promise<void>;
};

export const standClouders = async (): Promise<Clouders> => {
  const [db, ssh] = await Promise.all([startMariaDb(), startOpenSsh({ keys: ['ed25519', 'rsa', 'ecdsa'] })]);
  await db.run(`
    CREATE DATABASE clouders CHARACTER SET utf8mb4; CREATE DATABASE vacia; CREATE DATABASE cerrada;
    CREATE USER ${reader.name}@'127.0.0.1' IDENTIFIED BY '${reader.password}';
    GRANT SELECT ON clouders.* TO ${reader.name}@'127.0.0.1'; GRANT SELECT ON vacia.* TO ${reader.name}@'127.0.0.1';
    CREATE TABLE clouders.task_robot (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(200));
    CREATE TABLE clouders.task_task (id INT PRIMARY KEY AUTO_INCREMENT, robot_id INT, state VARCHAR(20));`);
  return {
    db,
    ssh,
    config: (changed = {}) => ({ ...configOf(ssh, db.port), ...changed }),
    withTickets: (tickets) => db.run(tasksOf(tickets)),
    close: async () => {
      await ssh.close();
      await db.close();
    },
  };
};

export const configOf = (ssh: OpenSsh, mysqlPort: number): CloudersSshConfig => ({
  ...{ CLOUDERS_SSH_HOST: '127.0.0.1', CLOUDERS_SSH_PORT: ssh.port, CLOUDERS_SSH_HOST_KEY: ssh.fingerprints.ed25519 },
  ...{ CLOUDERS_SSH_USER: sshUser.name, CLOUDERS_SSH_PASS: sshUser.password },
  ...{ CLOUDERS_MYSQL_DB_HOST: '127.0.0.1', CLOUDERS_MYSQL_DB_PORT: mysqlPort, CLOUDERS_MYSQL_DB_NAME: 'clouders' },
  ...{ CLOUDERS_MYSQL_USER: reader.name, CLOUDERS_MYSQL_PASS: reader.password, CLOUDERS_TIMEOUT_SEG: 30 },
  ...{ CLOUDERS_MAX_REINTENTOS_SSH_CONNECT: 3, CLOUDERS_DELAY_REINTENTO_SSH_SEG: 0 },
  ...{ CLOUDERS_MAX_REINTENTOS_MYSQL_QUERY: 2, CLOUDERS_DELAY_REINTENTO_MYSQL_QUERY_SEG: 0 },
});

/** Each robot with its tickets, and some of its tasks that do not wait. */
const tasksOf = (tickets: Readonly<Record<string, number>>): string => {
  const robots = Object.entries(tickets).map(([name, count], index) => ({ id: index + 1, name: name.replaceAll("'", "''"), count }));
  const tasks = robots.flatMap(({ id, count }) => [...Array.from({ length: count }, () => `(${id}, 'PENDING')`), `(${id}, 'DONE')`]);
  return [
    'USE clouders; TRUNCATE task_task; TRUNCATE task_robot',
    ...(robots.length > 0 ? [`INSERT INTO task_robot VALUES ${robots.map(({ id, name }) => `(${id}, '${name}')`)}`] : []),
    ...(tasks.length > 0 ? [`INSERT INTO task_task (robot_id, state) VALUES ${tasks}`] : []),
  ].join(';');
};

/** One question, with a provider of its own. */
export const askOnce = async (
  config: CloudersSshConfig,
  clock: Clock = systemClock,
  signal: AbortSignal = new AbortController().signal,
) => {
  const provider: LoadProvider = openCloudersSsh(config, { clock });
  try {
    return await provider.load(signal);
  } finally {
    await provider.close();
  }
};

export type Door = { readonly port: number; readonly taken: () => number; close(): Promise<void> };

/** A port where each connection is received by `receive`. */
export const openDoor = async (receive: (socket: Socket) => void): Promise<Door> => {
  const sockets = new Set<Socket>();
  let taken = 0;
  const server = createServer((socket) => {
    taken += 1;
    sockets.add(socket.on('error', () => undefined));
    receive(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    taken: () => taken,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Leads on to a port; `happen` once, when so many bytes of answer have passed. */
export const leadOn = (port: number, bytes: number, happen: (near: Socket) => void): ((near: Socket) => void) => {
  let left = bytes;
  return (near) => {
    const far = connect(port, '127.0.0.1').on('error', () => near.destroy());
    near.on('data', (data) => far.write(data)).on('close', () => far.destroy());
    far
      .on('data', (data) => {
        const before = left;
        left -= data.length;
        if (before > 0 && left <= 0) happen(near);
        else near.write(data);
      })
      .on('close', () => near.destroy());
  };
};
