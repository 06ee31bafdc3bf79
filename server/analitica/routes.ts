import type { FastifyInstance, FastifyRequest } from 'fastify';
import { robotNames } from '#server/ejecuciones/find-runs.ts';
import { queryText } from '#server/lib/form.ts';
import { show } from '#server/lib/html.ts';
import { keepPictures, picturePolicy } from '#server/lib/pictures.ts';
import { wallClock } from '#server/lib/wall-clock.ts';
import { poolChoices } from '#server/pools/queries.ts';
import type { Web } from '#server/web.ts';
import { type Asked, readAsked } from './filter.ts';
import { viewOf } from './look.ts';
import { askedPicture, presentAnalitica } from './present.ts';
import { firstDecisionAt, firstRunAt } from './queries.ts';

/** Two themes by two widths of every tab. */
const mostPictures = 24;

/** `/analitica`: how robots and machines have done, from what the house keeps; and its pictures. */
export const analiticaRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps, format } = web;
  app.get('/analitica', { config: { permiso: 'ver' } }, async (request, reply) => {
    const asked = askedOf(web, request);
    const view = await viewOf(deps, format, asked);
    const around = {
      robots: robotNames(deps.db).map(({ robot_id, robot }) => [robot_id, robot] as const),
      pools: poolChoices(deps.db).map(({ pool_id, nombre }) => [pool_id, nombre] as const),
      since: asked.ver === 'reparto' ? firstDecisionAt(deps.db) : firstRunAt(deps.db),
    };
    return show(request, reply, { page: 'analitica/page', part: 'analitica/part', model: presentAnalitica(view, asked, around, format) });
  });

  const pictures = keepPictures(mostPictures);
  app.get('/graficos/analitica.svg', { config: { permiso: 'ver' } }, async (request, reply) => {
    const { drawing } = await viewOf(deps, format, askedOf(web, request));
    const nothing = { kind: 'bars', chart: { categories: [], series: [] } } as const;
    const picture = askedPicture(drawing ?? nothing, request.query as Record<string, unknown>);
    const svg = await pictures(JSON.stringify(picture), () => drawn(web, picture));
    return reply
      .type('image/svg+xml')
      .headers({ 'Content-Security-Policy': picturePolicy, 'Cache-Control': 'private, max-age=60' })
      .send(svg);
  });
};

const drawn = ({ draw }: Web, picture: ReturnType<typeof askedPicture>): Promise<string> => {
  if (picture.kind === 'bars') return draw.bars(picture.chart);
  return picture.kind === 'rows' ? draw.rows(picture.chart) : draw.heat(picture.chart);
};

const askedOf = ({ deps }: Web, request: FastifyRequest): Asked =>
  readAsked((name) => queryText(request, name), wallClock(deps.config.TZ_NEGOCIO).dayOf(deps.clock.now().getTime()));
