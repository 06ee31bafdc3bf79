import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Change } from '#server/lib/hub.ts';
import type { Channel } from '#server/lib/live.ts';
import type { Lookout } from '#server/lib/lookout.ts';
import { parsePageKey } from '#server/lib/page.ts';
import { cameFrom } from '#server/lib/way-back.ts';
import { reanudarAsignacion, reanudarEquipo, reanudarRobot } from '#server/robots/reanudar.ts';
import type { Web } from '#server/web.ts';
import { type Look, lookoutOf } from './look.ts';
import { type LanzadorFilter, presentLanzador } from './present.ts';
import { retener } from './retener.ts';
import { soltar } from './soltar.ts';

/** `/lanzador`: what starts now and why the rest does not, holding it and letting go, and resuming what is suspended. */
export const lanzadorRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  const lookout = lookoutOf(deps);
  app.addHook('preClose', async () => lookout.stop());

  app.get('/lanzador', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'lanzador/page', part: 'lanzador/part', model: modelOf(web, request, lookout.fresh()) }),
  );

  app.get('/vivo/lanzador', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, liveChannel(web, request, lookout)),
  );

  app.post('/lanzador/retener', { config: { permiso: 'lanzador.mandar' } }, async (request, reply) => {
    const motivo = fieldsOf(request).motivo?.trim() ?? '';
    try {
      await retener(deps, motivo, whoOf(request));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      const model = modelOf(web, request, lookout.fresh(), { value: motivo, problem: error.fields.motivo ?? '' });
      return show(request, reply, { page: 'lanzador/page', model, status: 422 });
    }
    flash(reply, done('Lanzador retenido', 'No se lanza nada hasta que alguien lo suelte.'));
    return goTo(request, reply, '/lanzador');
  });

  app.post('/lanzador/soltar', { config: { permiso: 'lanzador.mandar' } }, async (request, reply) => {
    const wasHeld = await soltar(deps, whoOf(request));
    flash(reply, done(wasHeld ? 'Lanzador suelto' : 'Nadie retenía el lanzador'));
    return goTo(request, reply, '/lanzador');
  });

  resumeRoutes(app, web);
};

type ById = { Params: { id: string } };

const resumeRoutes = (app: FastifyInstance, { deps }: Web): void => {
  const mandar = { config: { permiso: 'lanzador.mandar' } } as const;

  app.post<ById>('/robots/:id/reanudar', mandar, async (request, reply) =>
    tellResumed(request, reply, await reanudarRobot(deps, request.params.id, whoOf(request))),
  );

  app.post<ById>('/equipos/:id/reanudar', mandar, async (request, reply) =>
    tellResumed(request, reply, await reanudarEquipo(deps, request.params.id, whoOf(request))),
  );

  app.post<ById>('/asignaciones/:id/reanudar', mandar, async (request, reply) => {
    if (!/^\d{1,15}$/.test(request.params.id)) throw new NotFoundError('Esa asignación no existe.');
    return tellResumed(request, reply, await reanudarAsignacion(deps, Number(request.params.id), whoOf(request)));
  });
};

const tellResumed = (request: FastifyRequest, reply: FastifyReply, ended: number): FastifyReply => {
  flash(reply, done(ended > 0 ? 'Reanudado: puede volver a lanzarse' : 'No había nada suspendido'));
  return goTo(request, reply, cameFrom(request) ?? '/lanzador');
};

/** Cycles tell that time has passed: calendars open and close by themselves. */
const moves: ReadonlySet<Change['entity']> = new Set(['any', 'lanzador', 'ejecucion', 'robot', 'equipo', 'programacion']);
const concerns = ({ entity, id }: Change): boolean => moves.has(entity) || (entity === 'cycle' && id === 'lanzar');

/** What it told last is kept, so that the same look is not rendered twice. */
const liveChannel = (web: Web, request: FastifyRequest, lookout: Lookout<Look>): Channel => {
  let told: Look | null = null;
  return {
    key: `${request.url} ${mayOrder(request)}`,
    concerns,
    render: async (changes) => {
      const look = lookout.shared();
      if (look === told && changes !== 'everything') return '';
      told = look;
      return web.render('lanzador/live', modelOf(web, request, look));
    },
  };
};

const mayOrder = (request: FastifyRequest): boolean => canOf(whoOf(request))('lanzador.mandar');

type Refused = { readonly value: string; readonly problem: string };

const modelOf = ({ format }: Web, request: FastifyRequest, look: Look, refused?: Refused) => {
  const key = parsePageKey(queryText(request, 'pagina'));
  return presentLanzador(look, { filter: readFilter(request), key, may: mayOrder(request) }, format, refused);
};

const readFilter = (request: FastifyRequest): LanzadorFilter => {
  const ver = queryText(request, 'ver');
  return {
    robot: queryText(request, 'robot').slice(0, 100),
    equipo: queryText(request, 'equipo').slice(0, 100),
    ver: ['empiezan', 'no'].includes(ver) ? ver : '',
  };
};
