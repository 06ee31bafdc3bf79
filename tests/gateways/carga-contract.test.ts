import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import Database from 'better-sqlite3';
import { createCloudersHttp } from '#server/gateways/carga/clouders-http.ts';
import { createRpa360 } from '#server/gateways/carga/rpa360.ts';
import { systemClock } from '#server/lib/clock.ts';
import { type Stand, standUp } from '#tests/support/sql-server.ts';
import { loadProviderContract } from './carga-contract.ts';

/** Takes connections and never says anything. */
const silence = createServer((socket) => void open.add(socket.on('error', () => undefined)));
const open = new Set<Socket>();

const stand = async (server: Server): Promise<void> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
};
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const hush = async (): Promise<void> => {
  for (const socket of open) socket.destroy();
  silence.close();
};

let list: Readonly<Record<string, number>>[] = [];
const clouders = createHttp((_request, response) => void response.setHeader('content-type', 'application/json').end(JSON.stringify(list)));

const byHttp = (port: number) =>
  createCloudersHttp({ url: `http://127.0.0.1:${port}`, authorization: 'Bearer s3cr3to', timeoutMs: 10_000, verifyTls: true });

loadProviderContract('Clouders by HTTP', {
  stand: async () => {
    await Promise.all([stand(clouders), stand(silence)]);
  },
  fell: async () => {
    clouders.closeAllConnections();
    clouders.close();
    await hush();
  },
  withTickets: async (tickets) => {
    list = Object.entries(tickets).map(([name, count]) => ({ [name]: count }));
  },
  open: () => byHttp(portOf(clouders)),
  openRefused: () => byHttp(1),
  openSilent: () => byHttp(portOf(silence)),
  secrets: ['s3cr3to'],
});

let sqlServer: Stand;

const bySql = (port: number, password = 'c3r3bro') =>
  createRpa360({
    ...{ server: { host: 'localhost', port, instance: null }, database: 'Gestion', user: 'cerebro', password },
    ...{ encrypt: false, trustCertificate: false, timeoutMs: 10_000, attempts: 1, retryMs: 0, clock: systemClock },
  });

loadProviderContract('the procedure of a SQL Server', {
  stand: async () => {
    await stand(silence);
    sqlServer = await standUp({ TicketsPendientes: [{ Robot: 'x', CantidadTickets: 0 }] }, { encryption: 'off' });
  },
  fell: async () => {
    await hush();
    await sqlServer.close();
  },
  withTickets: async (tickets) => {
    const base = new Database(sqlServer.file);
    base.exec('DELETE FROM TicketsPendientes');
    const insert = base.prepare('INSERT INTO TicketsPendientes VALUES (?, ?)');
    for (const line of Object.entries(tickets)) insert.run(...line);
    base.close();
  },
  open: () => bySql(sqlServer.server.port),
  openRefused: () => bySql(sqlServer.server.port, 'otra-clave'),
  openSilent: () => bySql(portOf(silence)),
  secrets: ['c3r3bro', 'otra-clave'],
});
