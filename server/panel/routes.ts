import type { FastifyInstance } from 'fastify';
import { show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import type { Web } from '#server/web.ts';
import { presentPanel } from './present.ts';

/** `/` and its stream. */
export const panelRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'panel/page', part: 'panel/part', model: presentPanel(web) }),
  );

  const channel: Channel = {
    key: 'panel',
    concerns: () => true,
    render: async () => web.render('panel/live', presentPanel(web)),
  };
  app.get('/vivo/panel', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, channel),
  );
};
