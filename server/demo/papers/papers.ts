import { setTimeout as delay } from 'node:timers/promises';
import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { addFaultRoutes } from '../fault-routes.ts';
import { createFaults, type Faults } from '../faults.ts';
import { loseAnswer, whenGone } from '../wire.ts';
import { appealPdf, attachment, type PaperDocument } from './documents.ts';
import { type PapersFaults, papersFaults } from './papers-faults.ts';

/** The simulated intranet, as far as its papers go, listening. */
export type PapersServer = { readonly url: string; readonly faults: Faults<PapersFaults>; close(): Promise<void> };

type Shelf = { readonly faults: Faults<PapersFaults>; readonly lateMs: number; readonly closing: AbortSignal };

/**
 * Starts the papers' server on loopback (port 0 = any free one). It keeps nothing: a document is made from its number.
 * @throws the listening error (`EADDRINUSE`) as Node gives it.
 */
export const startPapers = async ({
  port,
  paces = {},
}: {
  port: number;
  /** Milliseconds of `documento_tarde` and of `pausa_documento`. */
  paces?: { late?: number; hold?: number };
}): Promise<PapersServer> => {
  const closing = new AbortController();
  const faults = createFaults(papersFaults, { holdMs: paces.hold ?? 60_000 });
  const app = buildPapers({ faults, lateMs: paces.late ?? 5000, closing: closing.signal });
  const close = async () => {
    closing.abort();
    faults.close();
    await app.close();
  };
  const url = await app.listen({ port, host: '127.0.0.1' }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { url, faults, close };
};

const under = '/servicio/recursos/expedientes';

const buildPapers = (shelf: Shelf): FastifyInstance => {
  const app = Fastify({ forceCloseConnections: true });
  app.register(formbody);
  app.register(async (routes) => {
    addFaultRoutes(routes, shelf.faults);
    routes.get<{ Params: { id: string } }>(`${under}/pdf/:id`, (request, reply) => answer(shelf, { request, reply }, appealPdf));
    routes.get<{ Params: { id: string } }>(`${under}/pdf-adjuntos/:id`, (request, reply) => answer(shelf, { request, reply }, attachment));
  });
  return app;
};

type Exchange = { readonly request: FastifyRequest<{ Params: { id: string } }>; readonly reply: FastifyReply };

const answer = async (shelf: Shelf, { request, reply }: Exchange, make: (id: string) => Promise<PaperDocument>): Promise<FastifyReply> => {
  const { id } = request.params;
  if (!/^\d{1,18}$/.test(id) || shelf.faults.take('no_encontrado'))
    return reply.code(404).send({ error: `No hay ningún documento ${id}.` });
  return spoiled(shelf, { request, reply }, await make(id));
};

const loginPage =
  '<!doctype html><html lang="es"><head><meta charset="utf-8"><title>Iniciar sesión</title></head><body><form method="post" action="/login">' +
  '<input id="email" name="email"><input id="password" name="password" type="password"><button>Iniciar sesión</button></form></body></html>';

/** The document, unless a fault comes in between. */
const spoiled = async ({ faults, lateMs, closing }: Shelf, { request, reply }: Exchange, paper: PaperDocument): Promise<FastifyReply> => {
  if (faults.take('html_en_vez_de_pdf')) return reply.type('text/html; charset=utf-8').send(loginPage);
  if (faults.take('error_500')) return reply.code(500).type('text/plain; charset=utf-8').send('Server Error');
  if (faults.take('documento_vacio')) return reply.type(paper.type).send(Buffer.alloc(0));
  if (faults.take('conexion_cortada')) return cutShort(reply, paper);
  if (faults.take('documento_tarde')) await delay(lateMs, undefined, { signal: closing }).catch(() => undefined);
  if (faults.take('pausa_documento') && !(await faults.hold('pausa_documento', { url: request.url, gone: whenGone(request) })))
    return loseAnswer(reply);
  return reply.type(paper.type).send(paper.bytes);
};

/** Promises the whole document, sends half of it and ends the connection. */
const cutShort = (reply: FastifyReply, { type, bytes }: PaperDocument): FastifyReply => {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
  reply.raw.write(bytes.subarray(0, bytes.length / 2), () => reply.raw.destroy());
  return reply;
};
