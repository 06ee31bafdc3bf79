import type { FastifyInstance } from 'fastify';
import type { Web } from '#server/web.ts';
import { createMeters } from './meters.ts';
import { createScrape } from './scrape.ts';

/** `/metrics`, for Prometheus on this machine. */
export const metricasRoutes = (app: FastifyInstance, { deps, scheduler, dispatcher, meters, watch }: Web): void => {
  const scrape = createScrape({ deps, scheduler, dispatcher }, meters ?? createMeters(deps.clock), watch);
  app.get('/metrics', { config: { permiso: 'maquina' } }, async (_request, reply) => {
    const text = await scrape.text();
    return reply.header('Cache-Control', 'no-store').type(scrape.contentType).send(text);
  });
};
