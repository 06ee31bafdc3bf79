import { createServer, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { addFaultRoutes } from '../fault-routes.ts';
import { createFaults } from '../faults.ts';
import { type Identity, makeIdentity } from './certificate.ts';
import { serve } from './connection.ts';
import type { Encryption } from './prelogin.ts';
import { settle } from './settle.ts';
import { type TdsFaultList, tdsFaults } from './tds-faults.ts';

/** A SQL Server over a SQLite file: TDS 7.4 and, on the same port, the faults over HTTP. */
export type SqlServer = {
  readonly port: number;
  /** For ORIGEN_URL. */
  readonly url: string;
  /** `http://…`, where its faults are. */
  readonly faultsAt: string;
  /** The certificate it shows, in PEM. */
  readonly certificate: string;
  readonly faults: ReturnType<typeof createFaults<TdsFaultList>>;
  close(): Promise<void>;
};

export type SqlServerOptions = {
  readonly file: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly encryption?: Encryption;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly latencyMs?: number;
  readonly identity?: Identity;
  /** Longest time a fault holds a request. */
  readonly holdMs?: number;
};

/** Starts it on the loopback; rejects as `listen` does. The file must exist. */
export const startSqlServer = async (options: SqlServerOptions): Promise<SqlServer> => {
  const { file, user = 'cerebro', password = 'c3r3bro', database = 'Gestion', latencyMs = 0, encryption = 'on' } = options;
  const identity = options.identity ?? makeIdentity();
  const faults = createFaults(tdsFaults, { holdMs: options.holdMs ?? 120_000 });
  settle(file);
  const app = Fastify();
  addFaultRoutes(app, faults);
  await app.ready();
  const premises = { file, user, password, database, latencyMs, encryption, identity, faults };
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => receive(socket, app, () => void serve(socket, premises)));
  });
  const port = await listen(server, options.port);
  const query = encryption === 'off' ? 'encrypt=false' : 'encrypt=true&trustServerCertificate=true';
  return {
    port,
    // Who leaves this server takes the change along: nothing is carried out late.
    url: `mssql://${user}:${password}@localhost:${port}/${database}?${query}&lateChanges=0`,
    faultsAt: `http://127.0.0.1:${port}`,
    certificate: identity.cert,
    faults,
    close: async () => {
      faults.close();
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
      await app.close();
    },
  };
};

/** TDS begins with 0x12; anything else is HTTP. */
const receive = (socket: Socket, app: FastifyInstance, onTds: () => void): void => {
  const first = socket.read() as Buffer | null;
  if (first === null) return void socket.destroy();
  socket.unshift(first);
  if (first[0] === 0x12) onTds();
  else app.server.emit('connection', socket);
};

const listen = (server: ReturnType<typeof createServer>, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
