import type { FastifyInstance, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { untilGone } from '#server/lib/gone.ts';
import { show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { robotChoices } from '#server/robots/queries.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { Web } from '#server/web.ts';
import { lastLoad } from './last-load.ts';
import { presentCarga } from './present.ts';
import { probarFuente, type Trial } from './probar.ts';

/** `/carga`: those who count tickets, how they do and what they last said; and asking one of them now. */
export const cargaRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/carga', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'carga/page', model: modelOf(web, request, null) }),
  );

  app.get('/vivo/carga', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, channelOf(web, request)),
  );

  app.post<{ Params: { proveedor: string } }>(
    '/carga/:proveedor/probar',
    { config: { permiso: 'lanzador.mandar' } },
    async (request, reply) => {
      const trial = await probarFuente(web.deps, request.params.proveedor, whoOf(request), untilGone(reply));
      return show(request, reply, { page: 'carga/page', model: modelOf(web, request, trial) });
    },
  );
};

const mayOrder = (request: FastifyRequest): boolean => canOf(whoOf(request))('lanzador.mandar');

const modelOf = ({ deps, format }: Web, request: FastifyRequest, trial: Trial | null) => {
  const { db, config } = deps;
  return db.read(() => {
    const robots = new Map(robotChoices(db).map(({ robot_id, robot }) => [robot_id, robot]));
    const maxAgeMs = readLiveSettings(db, config).BALANCEADOR_CARGA_EDAD_MAX_SEG * 1000;
    return presentCarga(lastLoad(deps), { robots, trial, maxAgeMs, may: mayOrder(request) }, format);
  });
};

/** What a person asked for itself stays on that page: the stream tells how the sources stand. */
const channelOf = (web: Web, request: FastifyRequest): Channel => ({
  key: `carga ${mayOrder(request)}`,
  concerns: ({ entity, id }) => ['any', 'robot'].includes(entity) || (entity === 'cycle' && id === 'balancear'),
  render: async () => web.render('carga/live', modelOf(web, request, null)),
});
