import type { FastifyInstance } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { queryText } from '#server/lib/form.ts';
import { show } from '#server/lib/html.ts';
import { parsePageKey } from '#server/lib/page.ts';
import type { Web } from '#server/web.ts';
import { presentErrors, presentGroupPage, presentRegistro } from './present.ts';
import { findUnexpected } from './queries.ts';

/** `/errores`: what fails now, grouped by what a person would call the same, and what nobody expected. */
export const erroresRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/errores', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'errores/page', model: presentErrors(web) }),
  );

  app.get('/errores/registro', { config: { permiso: 'ver' } }, async (request, reply) => {
    const text = queryText(request, 'q').slice(0, 200);
    const saysToo = canOf(whoOf(request))('sistema.mandar');
    const found = findUnexpected(web.deps.db, { text, saysToo }, parsePageKey(queryText(request, 'pagina')));
    return show(request, reply, {
      page: 'errores/registro',
      part: 'errores/registro-part',
      model: presentRegistro(found, text, web.format),
    });
  });

  app.get<{ Params: { grupo: string } }>('/errores/:grupo', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'errores/group', model: presentGroupPage(web, request.params.grupo) }),
  );
};
