import type { FastifyInstance, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { queryText } from '#server/lib/form.ts';
import { show } from '#server/lib/html.ts';
import { parsePageKey } from '#server/lib/page.ts';
import type { Web } from '#server/web.ts';
import { presentAudit } from './present.ts';
import { type AuditFilter, findAudit } from './queries.ts';

/** `/auditoria`: who did what, when, from where, why, and what it was before. */
export const auditoriaRoutes = (app: FastifyInstance, { deps, format }: Web): void => {
  app.get('/auditoria', { config: { permiso: 'auditoria.ver' } }, async (request, reply) => {
    const filter = readFilter(request);
    const key = parsePageKey(queryText(request, 'pagina'));
    const model = presentAudit(findAudit(deps.db, filter, key), { filter, key, can: canOf(whoOf(request)) }, format);
    return show(request, reply, { page: 'auditoria/page', part: 'auditoria/part', model });
  });
};

const readFilter = (request: FastifyRequest): AuditFilter => {
  const read = (name: string) => queryText(request, name).slice(0, 200) || null;
  const entidad = read('entidad');
  return { usuario: read('usuario'), entidad, id: entidad === null ? null : read('id'), accion: read('accion') };
};
