import type { FastifyInstance, FastifyRequest } from 'fastify';
import { queryText } from '#server/lib/form.ts';
import { show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { parsePageKey } from '#server/lib/page.ts';
import type { Web } from '#server/web.ts';
import { countsOf, goneSentence, presentRevision } from './present.ts';
import { cardsShown, groups, statusOf, stillWaiting } from './queries.ts';

/** `/revision` and its stream. The orders of its cards go to their trámite and come back here. */
export const revisionRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/revision', { config: { permiso: 'ver' } }, async (request, reply) => {
    const keys = { confirmar: parsePageKey(queryText(request, 'confirmar')), dudosos: parsePageKey(queryText(request, 'dudosos')) };
    return show(request, reply, { page: 'revision/page', part: 'revision/part', model: await presentRevision(web, keys) });
  });

  app.get('/vivo/revision', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, channelOf(web, request)),
  );
};

/** Cards somebody decided say so in their place; new ones are only announced: what a person reads or types stays where it is. */
const channelOf = (web: Web, request: FastifyRequest): Channel => {
  const shown = readIds(request);
  const known = Number(queryText(request, 'hay')) || 0;
  return {
    key: request.url,
    concerns: (change) => change.entity === 'any' || change.entity === 'tramite',
    render: async () => {
      const waiting = new Set(Object.values(statusOf));
      const rows = stillWaiting(web.deps.db, shown);
      const gone = rows.filter(({ status }) => !waiting.has(status));
      const counts = countsOf(web);
      const newer = newerOf(counts.total - (rows.length - gone.length) - (known - shown.length));
      const pieces = gone.map(({ id, status }) => web.render('revision/live-gone', { id, sentence: goneSentence(status) }));
      return [await web.render('revision/live', { ...counts, newer }), ...(await Promise.all(pieces))].join('\n');
    },
  };
};

const readIds = (request: FastifyRequest): number[] =>
  queryText(request, 'filas')
    .split('.')
    .slice(0, cardsShown * groups.length)
    .filter((id) => /^\d{1,15}$/.test(id))
    .map(Number);

/** Beside those that were known when the page was made. */
const newerOf = (n: number): string | null => (n <= 0 ? null : n === 1 ? '1 nuevo – ver' : `${n} nuevos – ver`);
