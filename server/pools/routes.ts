import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { lookNow } from '#server/balance/look.ts';
import { poolUse } from '#server/balance/pool-use.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText, valuesOf } from '#server/lib/form.ts';
import { goTo, orShow, show } from '#server/lib/html.ts';
import type { Web } from '#server/web.ts';
import { borrarPool } from './borrar.ts';
import type { Texts } from './fields.ts';
import { findPoolOrThrow, guardarPool } from './guardar.ts';
import { membersOf, othersFor } from './members.ts';
import { moverMiembros } from './mover.ts';
import { poolHref, presentForm, presentList, presentOne } from './present.ts';
import { countGeneral, listPools } from './queries.ts';

type One = { Params: { id: string } };
type Typed = { readonly values: Texts; readonly reasons: Texts };
const untouched: Typed = { values: {}, reasons: {} };

const seeing = { config: { permiso: 'ver' } } as const;
const editing = { config: { permiso: 'robots.editar' } } as const;
const mayEdit = (request: FastifyRequest): boolean => canOf(whoOf(request))('robots.editar');

/** `/pools`: groups of robots and equipos that share among themselves. */
export const poolsRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  app.get('/pools', seeing, async (request, reply) => showList(web, request, reply, untouched));
  app.post('/pools', editing, async (request, reply) => {
    const values = fieldsOf(request);
    return orShow(
      async () => goTo(request, reply, poolHref(await guardarPool(deps, null, values, whoOf(request)))),
      (reasons) => showList(web, request, reply, { values, reasons }),
    );
  });
  app.get<One>('/pools/:id', seeing, async (request, reply) => showOne(web, request, reply, untouched));

  const order = (path: string, told: string, verb: (request: FastifyRequest<One>) => Promise<unknown>, goesTo = poolHref): void => {
    app.post<One>(`/pools/:id${path}`, editing, async (request, reply) =>
      orShow(
        async () => {
          await verb(request);
          flash(reply, done(told));
          return goTo(request, reply, goesTo(request.params.id));
        },
        (reasons) => showOne(web, request, reply, { values: fieldsOf(request), reasons }),
      ),
    );
  };
  order('', 'Guardado', (request) => guardarPool(deps, request.params.id, fieldsOf(request), whoOf(request)));
  order('/miembros', 'Ya están en el pool', (request) =>
    moverMiembros(deps, request.params.id, membersIn(request), 'entran', whoOf(request)),
  );
  order('/quitar', 'Pasan al pool General', (request) =>
    moverMiembros(deps, request.params.id, membersIn(request), 'salen', whoOf(request)),
  );
  order(
    '/borrar',
    'Pool borrado',
    (request) => borrarPool(deps, request.params.id, whoOf(request)),
    () => '/pools',
  );
};

const membersIn = (request: FastifyRequest) => ({ robots: valuesOf(request, 'robot_id'), equipos: valuesOf(request, 'equipo_id') });

const showList = ({ deps, format }: Web, request: FastifyRequest, reply: FastifyReply, { values, reasons }: Typed) => {
  const rows = deps.db.read(() => presentList(listPools(deps.db), countGeneral(deps.db), poolUse(lookNow(deps)), format));
  const form = presentForm(null, values, reasons);
  const model = { title: 'Pools', rows, form, edits: mayEdit(request) };
  return show(request, reply, { page: 'pools/page', model, status: form.refused ? 422 : 200 });
};

const showOne = ({ deps, format }: Web, request: FastifyRequest<One>, reply: FastifyReply, typed: Typed) => {
  const { db } = deps;
  const search = queryText(request, 'buscar').slice(0, 100);
  const model = db.read(() => {
    const pool = findPoolOrThrow(db, request.params.id);
    const id = pool.pool_id;
    const parts = {
      ...{ pool, search, robots: membersOf(db, 'robots', id), equipos: membersOf(db, 'equipos', id) },
      ...{ otherRobots: othersFor(db, 'robots', id, search), otherEquipos: othersFor(db, 'equipos', id, search) },
    };
    return { ...presentOne(parts, typed, format), edits: mayEdit(request) };
  });
  return show(request, reply, { page: 'pools/one', model, status: model.refused ? 422 : 200 });
};
