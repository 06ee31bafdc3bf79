import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The only way out for a thread's browser: a forward proxy on loopback that knows the origins the robot has declared.
 * A proxy sees what `route()` does not: redirects, popups, workers, sockets.
 */
export type Egress = {
  /** What the browser is given as its proxy. */
  readonly server: string;
  /** From now on exactly these origins may be reached. */
  allow(origins: readonly string[]): void;
  /** Origins refused since the last time this was asked. */
  takeRefused(): readonly string[];
  /**
   * Closes the connections kept open, so that the next request leaves on a new one. Chromium sends again by itself, a
   * POST too, what was lost on a connection it had used before: a submission must not travel on one of those.
   */
  renewConnections(): void;
  close(): Promise<void>;
};

export const openEgress = async (): Promise<Egress> => {
  let origins = new Set<string>();
  let hosts = new Set<string>();
  const refused = new Set<string>();
  const tunnels = new Set<Duplex>();
  const agent = new Agent({ keepAlive: true });

  const server = createServer((incoming, outgoing) => {
    const target = URL.parse(incoming.url ?? '');
    if (target && origins.has(target.origin)) return forward(incoming, outgoing, target, agent);
    refused.add(target?.origin ?? 'una dirección que no se entiende');
    outgoing.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end('Este robot no tiene declarado ese origen.');
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (hosts.has(incoming.url ?? '')) return keep(tunnels, tunnel(incoming.url as string, socket, head));
    refused.add(`https://${incoming.url}`.replace(/:443$/, ''));
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    allow: (list) => {
      origins = new Set(list.map((origin) => new URL(origin).origin));
      hosts = new Set([...origins].map(hostAndPort));
      refused.clear();
    },
    takeRefused: () => {
      const list = [...refused];
      refused.clear();
      return list;
    },
    renewConnections: () => {
      for (const socket of tunnels) socket.destroy();
    },
    close: () => {
      agent.destroy();
      for (const socket of tunnels) socket.destroy();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};

/** As CONNECT writes it: always with a port. */
const hostAndPort = (origin: string): string => {
  const { protocol, hostname, port } = new URL(origin);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
};

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
]);

const endToEnd = (headers: IncomingMessage['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));

/**
 * Only GET travels on kept connections: a server may close one just as a request leaves on it, and then a GET can be
 * asked again, but nobody knows what became of a POST.
 */
const forward = (incoming: IncomingMessage, outgoing: ServerResponse, target: URL, agent: Agent): void => {
  const repeatable = incoming.method === 'GET';
  const upstream = request(target, { method: incoming.method, headers: endToEnd(incoming.headers), agent: repeatable ? agent : false });
  upstream.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.headers));
    answer.pipe(outgoing);
    answer.on('error', () => outgoing.destroy());
  });
  upstream.on('error', () => {
    if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
    else if (repeatable && upstream.reusedSocket) forward(incoming, outgoing, target, agent);
    else outgoing.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' }).end('El portal no responde.');
  });
  outgoing.on('close', () => upstream.destroy());
  if (repeatable) upstream.end();
  else incoming.pipe(upstream);
};

const keep = (sockets: Set<Duplex>, socket: Duplex): void => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
};

const tunnel = (host: string, socket: Duplex, head: Buffer): Duplex => {
  const { hostname, port } = new URL(`http://${host}`);
  const upstream = connect(Number(port || 80), hostname.replace(/^\[|\]$/g, ''), () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
  socket.on('error', () => upstream.destroy());
  socket.on('close', () => upstream.destroy());
  return socket;
};
