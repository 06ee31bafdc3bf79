import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sink } from './smtp.ts';

/** Whoever is told by the webhook; it keeps the subject of each thing told, and can be stopped and started again on its port. */
export const createHook = async (): Promise<Sink> => {
  const subjects: string[] = [];
  const server = createServer(async (request, reply) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    subjects.push(String((JSON.parse(Buffer.concat(parts).toString('utf8')) as { asunto: unknown }).asunto));
    reply.writeHead(200).end();
  });
  let port = 0;
  const start = async () => {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  await start();
  return {
    ...{ port, subjects, start },
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
