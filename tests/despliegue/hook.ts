import { createServer } from 'node:http';
import { onOnePort } from './one-port.ts';
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
  return { subjects, ...(await onOnePort(server, () => server.closeAllConnections())) };
};
