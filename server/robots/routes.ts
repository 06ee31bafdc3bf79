import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText, valuesOf } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { parseTextKey } from '#server/lib/text-page.ts';
import { poolChoices } from '#server/pools/queries.ts';
import { dubious } from '#server/sincronizacion/dudosas.ts';
import { lastSyncs } from '#server/sincronizacion/queries.ts';
import { presentSyncs } from '#server/sincronizacion/words.ts';
import type { Web } from '#server/web.ts';
import { asignarEquipos } from './asignar.ts';
import { crearRobot } from './crear.ts';
import { newRobotForm } from './crear-form.ts';
import { desasignarEquipos } from './desasignar.ts';
import { editarRobot, findRobotOrThrow } from './editar.ts';
import type { Texts } from './fields.ts';
import { readFilter } from './filter.ts';
import { candidatesFor, machinesOf } from './machines.ts';
import { pageSize, presentList, robotHref, stateOf } from './present.ts';
import { presentOne, type Typed, untouched } from './present-one.ts';
import { activeProgramaciones, countRobots, findRobot, findRobots, suspensionsOf } from './queries.ts';
import { botInputOfRows, type InputRow } from './shapes.ts';

type One = { Params: { id: string } };

const seeing = { config: { permiso: 'ver' } } as const;
const editing = { config: { permiso: 'robots.editar' } } as const;
const mayEdit = (request: FastifyRequest): boolean => canOf(whoOf(request))('robots.editar');

/** `/robots`: the catalogue of both kinds; of each one what the operator decides, its variables and its machines. */
export const robotsRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  newRoutes(app, web);
  app.get('/robots', seeing, async (request, reply) =>
    show(request, reply, { page: 'robots/page', part: 'robots/part', model: deps.db.read(() => listModel(web, request)) }),
  );
  app.get('/vivo/robots', { exposeHeadRoute: false, ...seeing }, async (request, reply) =>
    web.live.attach(request, reply, listChannel(web, request)),
  );
  app.get<One>('/robots/:id', seeing, async (request, reply) => showOne(web, request, reply, untouched));

  app.post<One>('/robots/:id', editing, async (request, reply) => {
    const values = fieldsOf(request);
    return orShow(web, request, reply, { values }, async () => {
      await editarRobot(deps, request.params.id, values, whoOf(request));
      flash(reply, done('Guardado'));
      return queryText(request, 'vuelta') === 'lista' ? '/robots' : robotHref(request.params.id);
    });
  });
  inputRoute(app, web);
  machineRoutes(app, web);
};

const inputRoute = (app: FastifyInstance, web: Web): void => {
  app.post<One>('/robots/:id/parametros', editing, async (request, reply) => {
    const rows = rowsOf(request);
    return orShow(web, request, reply, { values: {}, rows }, async () => {
      const { input, problems } = botInputOfRows(rows);
      if (problems.size > 0) throw new InvalidInputError(Object.fromEntries([...problems].map(([n, reason]) => [`valor-${n}`, reason])));
      const parametros = input === null ? '' : JSON.stringify(input);
      await editarRobot(web.deps, request.params.id, { parametros }, whoOf(request));
      flash(reply, done('Variables guardadas'));
      return `${robotHref(request.params.id)}#parametros`;
    });
  });
};

/** Rows of the editor, in the order of the form. */
const rowsOf = (request: FastifyRequest): InputRow[] => {
  const [names, types, values] = ['nombre', 'tipo', 'valor'].map((name) => valuesOf(request, name));
  return (names ?? []).map((nombre, n) => ({ nombre, tipo: types?.[n] ?? '', valor: values?.[n] ?? '' }));
};

const machineRoutes = (app: FastifyInstance, web: Web): void => {
  const order = (path: string, verb: typeof asignarEquipos, told: (n: number) => string): void => {
    app.post<One>(`/robots/:id/equipos${path}`, editing, async (request, reply) =>
      orShow(web, request, reply, { values: {} }, async () => {
        const n = await verb(web.deps, request.params.id, valuesOf(request, 'equipo_id'), whoOf(request));
        flash(reply, done(told(n)));
        return `${robotHref(request.params.id)}#equipos`;
      }),
    );
  };
  order('', asignarEquipos, (n) => (n === 1 ? '1 equipo reservado' : `${n} equipos reservados`));
  order('/quitar', desasignarEquipos, (n) => (n === 1 ? '1 equipo quitado' : `${n} equipos quitados`));
};

/** Does it and goes where it says; what is refused becomes the page again, with the reason at the field. */
const orShow = async (
  web: Web,
  request: FastifyRequest<One>,
  reply: FastifyReply,
  typed: Omit<Typed, 'reasons'>,
  act: () => Promise<string>,
) => {
  try {
    return goTo(request, reply, await act());
  } catch (error) {
    if (error instanceof InvalidInputError) return showOne(web, request, reply, { ...typed, reasons: error.fields });
    throw error;
  }
};

/** One added by hand, before the sync brings it. */
const newRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/robots/nuevo', editing, async (request, reply) => showNew(web, request, reply, {}, {}));
  app.post('/robots', editing, async (request, reply) => {
    const values = fieldsOf(request);
    try {
      const id = await crearRobot(web.deps, values, whoOf(request));
      flash(reply, done('Robot añadido', 'Falta darle equipos: reservados, o por una programación.'));
      return goTo(request, reply, robotHref(id));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return showNew(web, request, reply, values, error.fields);
    }
  });
};

const showNew = ({ deps }: Web, request: FastifyRequest, reply: FastifyReply, values: Texts, reasons: Texts) => {
  const pool = { chosen: values.pool_id ?? '', reason: reasons.pool_id ?? '', choices: poolChoices(deps.db) };
  const form = newRobotForm(values, reasons);
  return show(request, reply, { page: 'robots/new', model: { ...form, pool }, status: form.refused ? 422 : 200 });
};

const showOne = async (web: Web, request: FastifyRequest<One>, reply: FastifyReply, typed: Typed) => {
  const { deps, format } = web;
  const { db } = deps;
  const at = isoNow(deps.clock);
  const search = queryText(request, 'buscar').slice(0, 100);
  const model = db.read(() => {
    const robot = findRobotOrThrow(db, request.params.id);
    const id = robot.robot_id;
    const suspensions = suspensionsOf(db, id, at);
    const parts = {
      ...{ robot, suspensions, search, pools: poolChoices(db), programaciones: activeProgramaciones(db, id) },
      ...{ machines: machinesOf(db, id), candidates: robot.kind === 'a360' ? candidatesFor(db, id, search) : [] },
    };
    const suspendido = suspensions.some((one) => one.equipo_id === null) ? 1 : 0;
    return {
      ...{ title: robot.robot, robot, href: robotHref(id), state: stateOf({ ...robot, suspendido }), edits: mayEdit(request) },
      commands: canOf(whoOf(request))('lanzador.mandar'),
      ...presentOne(parts, typed, format),
    };
  });
  return show(request, reply, { page: 'robots/one', model, status: model.refused ? 422 : 200 });
};

const listModel = (web: Web, request: FastifyRequest) => {
  const { deps, format } = web;
  const { db } = deps;
  const filter = readFilter((name) => queryText(request, name));
  const asked = parseTextKey(queryText(request, 'pagina'));
  const key = asked && findRobot(db, asked.id) ? asked : null;
  const found = findRobots(db, filter, key, { limit: pageSize + 1, at: isoNow(deps.clock) });
  return {
    title: 'Robots',
    list: presentList(found, { filter, key, total: countRobots(db, filter), edits: mayEdit(request) }, format),
    syncs: presentSyncs(lastSyncs(db), dubious(db), format),
    hasA360: deps.a360 !== null,
    commands: canOf(whoOf(request))('lanzador.mandar'),
  };
};

/** The list as its address asks for it; who may edit sees switches, and has a stream of its own. */
const listChannel = (web: Web, request: FastifyRequest): Channel => ({
  key: `${request.url} ${mayEdit(request)}`,
  concerns: ({ entity }) => ['any', 'robot', 'equipo', 'programacion'].includes(entity),
  render: async () =>
    web.render(
      'robots/live',
      web.deps.db.read(() => listModel(web, request)),
    ),
});
