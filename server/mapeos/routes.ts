import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { lastLoad } from '#server/carga/last-load.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, orShow, show } from '#server/lib/html.ts';
import { parseTextKey } from '#server/lib/text-page.ts';
import type { Web } from '#server/web.ts';
import { borrarMapeo } from './borrar.ts';
import { crearMapeo } from './crear.ts';
import type { Texts } from './fields.ts';
import { pageSize, presentMapeos } from './present.ts';
import { a360Robots, findMapeo, findMapeos } from './queries.ts';

const editing = { config: { permiso: 'robots.editar' } } as const;

/** `/mapeos`: what robots are called by those who count their tickets, and the names that lead nowhere. */
export const mapeosRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  app.get('/mapeos', { config: { permiso: 'ver' } }, async (request, reply) => {
    const values = { proveedor: queryText(request, 'proveedor'), nombre_externo: queryText(request, 'nombre_externo').slice(0, 200) };
    return showList(web, request, reply, { values, reasons: {} });
  });

  app.post('/mapeos', editing, async (request, reply) => {
    const values = fieldsOf(request);
    return orShow(
      async () => {
        await crearMapeo(deps, values, whoOf(request));
        flash(reply, done('Mapeo creado', 'El próximo reparto ya lo lee.'));
        return goTo(request, reply, '/mapeos');
      },
      (reasons) => showList(web, request, reply, { values, reasons }),
    );
  });

  app.post<{ Params: { id: string } }>('/mapeos/:id/borrar', editing, async (request, reply) => {
    if (!/^\d{1,15}$/.test(request.params.id)) throw new NotFoundError('Ese mapeo no existe.');
    await borrarMapeo(deps, Number(request.params.id), whoOf(request));
    flash(reply, done('Mapeo borrado'));
    return goTo(request, reply, '/mapeos');
  });
};

type Typed = { readonly values: Texts; readonly reasons: Texts };

const showList = ({ deps, format }: Web, request: FastifyRequest, reply: FastifyReply, typed: Typed) => {
  const { db, config } = deps;
  const asked = parseTextKey(queryText(request, 'pagina'));
  const key = asked && findMapeo(db, Number(asked.id)) ? asked : null;
  const model = db.read(() =>
    presentMapeos(
      {
        ...{ found: findMapeos(db, key, pageSize + 1), key, robots: a360Robots(db), mapa: config.ROBOTS_MAPA_JSON },
        unmapped: lastLoad(deps).reading.unmapped,
        edits: canOf(whoOf(request))('robots.editar'),
      },
      typed,
      format,
    ),
  );
  return show(request, reply, { page: 'mapeos/page', model, status: model.refused ? 422 : 200 });
};
