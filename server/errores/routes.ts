import type { FastifyInstance } from 'fastify';
import { show } from '#server/lib/html.ts';
import type { Web } from '#server/web.ts';
import { presentErrors, presentGroupPage } from './present.ts';

/** `/errores`: what fails now, grouped by what a person would call the same, and what nobody expected. */
export const erroresRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/errores', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'errores/page', model: presentErrors(web) }),
  );

  app.get<{ Params: { grupo: string } }>('/errores/:grupo', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'errores/group', model: presentGroupPage(web, request.params.grupo) }),
  );
};
