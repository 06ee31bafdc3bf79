import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { queryText } from '#server/lib/form.ts';
import { midnightIn } from '#server/lib/format.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Change } from '#server/lib/hub.ts';
import type { Channel } from '#server/lib/live.ts';
import { createLookout, type Lookout } from '#server/lib/lookout.ts';
import { parsePageKey } from '#server/lib/page.ts';
import { dayMs, dayOfDate } from '#server/lib/wall-clock.ts';
import type { Web } from '#server/web.ts';
import type { Applied } from './apply.ts';
import { type Look, lookNow, standingOf } from './look.ts';
import { presentBalance } from './present.ts';
import type { AskedDecisions } from './present-decisions.ts';
import { presentRobot } from './present-robot.ts';
import { type Decision, findDecisions, lastDecisionAt, programados, runsOnEquipos } from './queries.ts';
import { simular } from './simular.ts';
import { accionTags } from './words.ts';

const seeing = { config: { permiso: 'ver' } } as const;
const lastOfRobot = 20;

/** `/balance`: who needs which equipos and why some do not get them, the story of each robot, and sharing out now. */
export const balanceRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  const lookout = createLookout(
    deps.clock,
    () => lookNow(deps),
    () => deps.hub.changed({ entity: 'cycle', id: 'balancear' }),
  );
  app.addHook('preClose', async () => lookout.stop());

  app.get('/balance', seeing, async (request, reply) =>
    show(request, reply, { page: 'balance/page', part: 'balance/part', model: listModel(web, request, lookout.fresh()) }),
  );
  app.get('/vivo/balance', { exposeHeadRoute: false, ...seeing }, async (request, reply) =>
    web.live.attach(request, reply, liveChannel(web, request, lookout)),
  );
  app.post('/balance/repartir', { config: { permiso: 'lanzador.mandar' } }, async (request, reply) => {
    flash(reply, done('Reparto hecho', sentenceOf(await web.scheduler.run('balancear'))));
    return goTo(request, reply, '/balance');
  });
  app.get('/balance/simular', seeing, async (request, reply) => {
    const query = { typed: (name: string) => queryText(request, name), added: repeated(request, 'otro') };
    const model = simular(deps, web.format, query);
    return show(request, reply, { page: 'balance/simular', model, status: model.refused ? 422 : 200 });
  });
  app.get<{ Params: { robot_id: string } }>('/balance/:robot_id', seeing, async (request, reply) =>
    showRobot(web, request, reply, lookout.fresh()),
  );
};

/** Every value of a repeated parameter, once. */
const repeated = (request: FastifyRequest, name: string): readonly string[] => {
  const value = (request.query as Record<string, unknown>)[name];
  return [...new Set([value].flat().filter((one): one is string => typeof one === 'string' && one.trim() !== ''))];
};

/** What a balance did, for who ordered it. */
const sentenceOf = (applied: unknown): string => {
  const { asignados = 0, retirados = 0, drenando = 0 } = (applied ?? {}) as Partial<Applied>;
  if (asignados + retirados + drenando === 0) return 'No había nada que mover.';
  const told = [
    [asignados, 'prestados'],
    [retirados, 'retirados'],
    [drenando, 'por retirar'],
  ].flatMap(([n, word]) => (n === 0 ? [] : [`${n} ${word}`]));
  return `Equipos: ${told.join(', ')}.`;
};

const showRobot = ({ deps, format }: Web, request: FastifyRequest, reply: FastifyReply, look: Look) => {
  const { robot_id: robotId } = request.params as { robot_id: string };
  const one = standingOf(look, robotId);
  if (!one) throw new NotFoundError('Ese robot no entra en el reparto: no es de A360 o no existe.');
  const own = look.snapshot.equipos.flatMap((equipo) => (equipo.robotId === robotId ? [equipo.equipoId] : []));
  const decisions = findDecisions(deps.db, { robot: robotId, accion: null, from: null, to: null }, null, lastOfRobot).slice(0, lastOfRobot);
  const model = presentRobot(look, one, { decisions, runs: runsOnEquipos(deps.db, own) }, format);
  return show(request, reply, { page: 'balance/one', model });
};

const mayOrder = (request: FastifyRequest): boolean => canOf(whoOf(request))('lanzador.mandar');

const listModel = (web: Web, request: FastifyRequest, look: Look) => {
  const { deps, format, scheduler } = web;
  const asked = readAsked(request);
  const key = parsePageKey(queryText(request, 'pagina'));
  const cycle = scheduler.state().find(({ name }) => name === 'balancear');
  return presentBalance(
    look,
    {
      programados: programados(deps.db),
      decisions: { asked, key, found: decisionsFor(web, asked, key) },
      lastAt: lastDecisionAt(deps.db),
      off: deps.a360 === null,
      may: mayOrder(request),
      running: cycle?.running ?? false,
      nextAt: cycle?.nextAt ?? null,
    },
    format,
  );
};

const decisionsFor = (
  { deps: { db, config } }: Web,
  { robot, accion, desde, hasta }: AskedDecisions,
  key: ReturnType<typeof parsePageKey>,
): Decision[] => {
  const begin = (date: string, days: number): string | null => {
    const day = dayOfDate(date);
    return day === null ? null : midnightIn(config.TZ_NEGOCIO, (day + days) * dayMs);
  };
  return findDecisions(db, { robot, accion, from: begin(desde, 0), to: begin(hasta, 1) }, key);
};

/** Words its own form did not give are left out. */
const readAsked = (request: FastifyRequest): AskedDecisions => {
  const date = (name: string) => (dayOfDate(queryText(request, name)) === null ? '' : queryText(request, name));
  const accion = queryText(request, 'accion');
  return {
    robot: queryText(request, 'robot').slice(0, 100),
    accion: Object.hasOwn(accionTags, accion) ? (accion as keyof typeof accionTags) : null,
    desde: date('desde'),
    hasta: date('hasta'),
  };
};

const moves: ReadonlySet<Change['entity']> = new Set(['any', 'robot', 'equipo']);
const concerns = ({ entity, id }: Change): boolean => moves.has(entity) || (entity === 'cycle' && id === 'balancear');

const liveChannel = (web: Web, request: FastifyRequest, lookout: Lookout<Look>): Channel => ({
  key: `${request.url} ${mayOrder(request)}`,
  concerns,
  render: async () => web.render('balance/live', listModel(web, request, lookout.shared())),
});
