import type { FastifyInstance, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { keepPictures, picturePolicy } from '#server/lib/pictures.ts';
import type { Web } from '#server/web.ts';
import { askedChart, filedChart } from './chart.ts';
import { type PanelRights, presentPanel } from './present.ts';

/** `/`, its stream and its picture. */
export const panelRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'panel/page', part: 'panel/part', model: presentPanel(web, rightsOf(request)) }),
  );

  app.get('/vivo/panel', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, channelFor(web, rightsOf(request))),
  );

  const pictures = keepPictures(keptPictures);
  app.get('/graficos/presentados.svg', { config: { permiso: 'ver' } }, async (request, reply) => {
    const chart = askedChart(filedChart(web), request.query as Record<string, unknown>);
    const svg = await pictures(JSON.stringify(chart), () => web.draw.bars(chart));
    return reply
      .type('image/svg+xml')
      .headers({ 'Content-Security-Policy': picturePolicy, 'Cache-Control': 'private, max-age=60' })
      .send(svg);
  });
};

const rightsOf = (request: FastifyRequest): PanelRights => ({ force: canOf(whoOf(request))('ciclos.forzar') });

const channelFor = (web: Web, rights: PanelRights): Channel => ({
  key: `panel ${rights.force ? 'mando' : 'lectura'}`,
  concerns: () => true,
  render: async () => web.render('panel/live', presentPanel(web, rights)),
});

/** Two themes by two widths, and what they showed before. */
const keptPictures = 8;
