import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { unknownHoldMs } from '#server/ejecuciones/estados.ts';
import { isoIn } from '#server/lib/clock.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, orShow, show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { link } from '#server/lib/tag.ts';
import { parseTextKey } from '#server/lib/text-page.ts';
import { poolChoices } from '#server/pools/queries.ts';
import { dubious } from '#server/sincronizacion/dudosas.ts';
import { lastSyncs } from '#server/sincronizacion/queries.ts';
import { presentSyncs } from '#server/sincronizacion/words.ts';
import type { Web } from '#server/web.ts';
import { anadirEquipo } from './anadir.ts';
import { borrarEquipo, whyNotDeleted } from './borrar.ts';
import { editarEquipo, findEquipoOrThrow } from './editar.ts';
import type { Texts } from './fields.ts';
import { readFilter } from './filter.ts';
import { type Around, equipoHref, pageSize, presentForm, presentList, presentRemoval, presentRow } from './present.ts';
import { countEquipos, findEquipo, findEquipos, runsOn, usesOf } from './queries.ts';

type One = { Params: { id: string } };
type Typed = { readonly values: Texts; readonly reasons: Texts };
const untouched: Typed = { values: {}, reasons: {} };

const seeing = { config: { permiso: 'ver' } } as const;
const editing = { config: { permiso: 'robots.editar' } } as const;
const mayEdit = (request: FastifyRequest): boolean => canOf(whoOf(request))('robots.editar');

/** `/equipos`: where robots run, what keeps them from it, whose each one is and what it is busy with. */
export const equiposRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  app.get('/equipos', seeing, async (request, reply) =>
    show(request, reply, { page: 'equipos/page', part: 'equipos/part', model: deps.db.read(() => listModel(web, request)) }),
  );
  app.get('/vivo/equipos', { exposeHeadRoute: false, ...seeing }, async (request, reply) =>
    web.live.attach(request, reply, listChannel(web, request)),
  );
  app.get('/equipos/nuevo', editing, async (request, reply) => showNew(web, request, reply, untouched));
  app.post('/equipos', editing, async (request, reply) => {
    const values = fieldsOf(request);
    return orShow(
      async () => {
        const id = await anadirEquipo(deps, values, whoOf(request));
        flash(reply, done('Equipo añadido'));
        return goTo(request, reply, equipoHref(id));
      },
      (reasons) => showNew(web, request, reply, { values, reasons }),
    );
  });
  app.get<One>('/equipos/:id', seeing, async (request, reply) => showOne(web, request, reply, untouched));
  app.post<One>('/equipos/:id', editing, async (request, reply) => {
    const values = fieldsOf(request);
    return orShow(
      async () => {
        await editarEquipo(deps, request.params.id, values, whoOf(request));
        flash(reply, done('Guardado'));
        return goTo(request, reply, queryText(request, 'vuelta') === 'lista' ? '/equipos' : equipoHref(request.params.id));
      },
      (reasons) => showOne(web, request, reply, { values, reasons }),
    );
  });
  app.post<One>('/equipos/:id/borrar', editing, async (request, reply) =>
    orShow(
      async () => {
        await borrarEquipo(deps, request.params.id, whoOf(request));
        flash(reply, done('Equipo borrado'));
        return goTo(request, reply, '/equipos');
      },
      (reasons) => showOne(web, request, reply, { values: {}, reasons }),
    ),
  );
};

const around = ({ deps, format }: Web, ids: readonly string[]): Around => ({
  format,
  uses: usesOf(deps.db, ids),
  runs: runsOn(deps.db, ids, isoIn(deps.clock, -unknownHoldMs)),
});

const showNew = (web: Web, request: FastifyRequest, reply: FastifyReply, { values, reasons }: Typed) => {
  const form = presentForm(null, poolChoices(web.deps.db), values, reasons);
  return show(request, reply, { page: 'equipos/new', model: { title: 'Equipo nuevo', form }, status: form.refused ? 422 : 200 });
};

const showOne = (web: Web, request: FastifyRequest<One>, reply: FastifyReply, { values, reasons }: Typed) => {
  const { db } = web.deps;
  const model = db.read(() => {
    const equipo = findEquipoOrThrow(db, request.params.id);
    const pools = poolChoices(db);
    const pool = pools.find((one) => one.pool_id === equipo.pool_id)?.nombre ?? null;
    return {
      title: equipo.equipo,
      row: presentRow({ ...equipo, pool }, around(web, [equipo.equipo_id])),
      form: presentForm(equipo, pools, values, reasons),
      edits: mayEdit(request),
      removal: presentRemoval(equipo, whyNotDeleted(db, equipo), reasons.borrar !== undefined),
      audit: link('/auditoria', { entidad: 'equipo', id: equipo.equipo_id }),
    };
  });
  return show(request, reply, { page: 'equipos/one', model, status: model.form.refused ? 422 : 200 });
};

const listModel = (web: Web, request: FastifyRequest) => {
  const { deps, format } = web;
  const { db } = deps;
  const filter = readFilter((name) => queryText(request, name));
  const asked = parseTextKey(queryText(request, 'pagina'));
  const key = asked && findEquipo(db, asked.id) ? asked : null;
  const found = findEquipos(db, filter, key, pageSize + 1);
  const all = { filter, key, total: countEquipos(db, filter), edits: mayEdit(request), pools: poolChoices(db) };
  return {
    title: 'Equipos',
    list: presentList(found, all, (ids) => around(web, ids)),
    syncs: presentSyncs(lastSyncs(db), dubious(db), format),
    hasA360: deps.a360 !== null,
    commands: canOf(whoOf(request))('lanzador.mandar'),
  };
};

/** The list as its address asks for it; who may edit sees switches, and has a stream of its own. */
const listChannel = (web: Web, request: FastifyRequest): Channel => ({
  key: `${request.url} ${mayEdit(request)}`,
  concerns: ({ entity }) => ['any', 'robot', 'equipo', 'programacion', 'ejecucion', 'tramite'].includes(entity),
  render: async () =>
    web.render(
      'equipos/live',
      web.deps.db.read(() => listModel(web, request)),
    ),
});
