import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { addFaultRoutes } from '../fault-routes.ts';
import { createFaults, type Faults } from '../faults.ts';
import { type CargaFaults, cargaFaults } from './carga-faults.ts';
import { type Stream, sampleAuthorization, sampleStreams } from './sample.ts';
import { openTickets } from './tickets.ts';

/** The simulated Clouders, listening. */
export type Clouders = {
  /** Origin, without a final slash. */
  readonly url: string;
  readonly faults: Faults<CargaFaults>;
  /** A run of that bot has come to a good end: some of its tickets are done. */
  worked(fileId: string): void;
  close(): Promise<void>;
};

export type CloudersOptions = {
  readonly port: number;
  readonly dataDir: string;
  readonly streams?: readonly Stream[];
  readonly authorization?: string;
  readonly clock?: Clock;
  /** Milliseconds of `carga_lenta`. */
  readonly slowMs?: number;
};

type Stand = {
  readonly tickets: ReturnType<typeof openTickets>;
  readonly faults: Faults<CargaFaults>;
  readonly authorization: string;
  readonly slowMs: number;
  readonly closing: AbortSignal;
};

/**
 * Starts it on loopback (port 0 = any free one); its state is `dataDir/mundo/clouders.db`.
 * @throws the listening error (`EADDRINUSE`) as Node gives it.
 */
export const startClouders = async (options: CloudersOptions): Promise<Clouders> => {
  const { port, dataDir, streams = sampleStreams, authorization = sampleAuthorization, clock = systemClock, slowMs = 120_000 } = options;
  const closing = new AbortController();
  const faults = createFaults(cargaFaults, { holdMs: slowMs });
  const tickets = openTickets(join(dataDir, 'mundo'), streams, clock);
  const app = buildClouders({ tickets, faults, authorization, slowMs, closing: closing.signal });
  const close = async () => {
    closing.abort();
    await app.close();
    tickets.close();
  };
  const url = await app.listen({ port, host: '127.0.0.1' }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { url, faults, worked: tickets.worked, close };
};

const order = z.object({ nombre: z.string(), tickets: z.coerce.number().int().min(0).max(1_000_000) });

const buildClouders = (stand: Stand): FastifyInstance => {
  const app = Fastify({ forceCloseConnections: true });
  app.register(formbody);
  app.register(async (routes) => {
    addFaultRoutes(routes, stand.faults);
    routes.get('/tickets', () => stand.tickets.waiting().map(([nombre, tickets]) => ({ nombre, tickets })));
    routes.post('/tickets', (request, reply) => {
      const asked = order.safeParse(request.body);
      if (asked.success && stand.tickets.set(asked.data.nombre, asked.data.tickets)) return asked.data;
      return reply.code(422).send({ error: 'Se esperaba {nombre, tickets} con un nombre de los que hay.' });
    });
    routes.get('/automatizacion/task/api/stats/pending_by_robot', (request, reply) => answer(stand, request.headers.authorization, reply));
  });
  return app;
};

const answer = async (stand: Stand, given: string | undefined, reply: FastifyReply): Promise<FastifyReply> => {
  const { faults, slowMs, closing } = stand;
  if (faults.take('carga_500')) return reply.code(500).send({ error: 'Server Error' });
  if (faults.take('carga_401') || given !== stand.authorization) return reply.code(401).send({ error: 'Unauthenticated.' });
  if (faults.take('carga_lenta')) await delay(slowMs, undefined, { signal: closing }).catch(() => undefined);
  if (faults.take('carga_html')) return reply.type('text/html; charset=utf-8').send('<!doctype html><title>Iniciar sesión</title>');
  const list = spoiled(faults, stand.tickets.waiting()).map(([nombre, count]) => ({ [nombre]: count }));
  return faults.take('carga_cortada') ? cutShort(reply, JSON.stringify(list)) : reply.send(list);
};

const spoiled = (faults: Stand['faults'], waiting: readonly (readonly [string, number])[]): (readonly [string, number | string])[] => {
  const [textual, negative, strange] = [faults.take('carga_texto'), faults.take('carga_negativa'), faults.take('carga_rara')];
  return waiting.map(([nombre, count], index) => {
    if (index === 0 && strange) return [nombre, 'muchos'];
    if (index === 0 && negative) return [nombre, -3];
    return [nombre, textual ? String(count) : count];
  });
};

/** Promises the whole list, sends half of it and ends the connection. */
const cutShort = (reply: FastifyReply, text: string): FastifyReply => {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
  reply.raw.write(text.slice(0, text.length / 2), () => reply.raw.destroy());
  return reply;
};
