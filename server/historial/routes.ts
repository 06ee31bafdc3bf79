import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { beyondRow, type EndKey, type FinishedStatus, findFinished, finishedStatuses, parseEndKey } from '#server/cola/finished.ts';
import { csvLine, csvMark } from '#server/lib/csv.ts';
import { queryText } from '#server/lib/form.ts';
import { show } from '#server/lib/html.ts';
import { weekRange } from '#server/lib/weeks.ts';
import type { Web } from '#server/web.ts';
import { type Asked, csvHeader, csvRow, presentHistory } from './present.ts';

/** `/historial`: what has ended, by organismo and week, and the same as a CSV. */
export const historialRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/historial', { config: { permiso: 'ver' } }, async (request, reply) => {
    const model = presentHistory(web, readAsked(request, web), parseEndKey(queryText(request, 'pagina')));
    return show(request, reply, { page: 'historial/page', part: 'historial/part', model });
  });

  app.get('/historial/exportar', { config: { permiso: 'ver' } }, async (request, reply) => {
    const asked = readAsked(request, web);
    const name = ['historial', asked.status, asked.site, asked.week].filter(Boolean).join('-');
    return reply
      .headers({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}.csv`,
        'Cache-Control': 'no-store',
      })
      .send(Readable.from(request.method === 'HEAD' ? [] : csvOf(web, asked)));
  });
};

/** Words its own links did not give are left out. */
const readAsked = (request: FastifyRequest, { deps }: Web): Asked => {
  const status = queryText(request, 'estado') as FinishedStatus;
  const week = queryText(request, 'semana');
  const range = weekRange(week, deps.config.TZ_NEGOCIO);
  return {
    status: finishedStatuses.includes(status) ? status : 'completed',
    site: queryText(request, 'site') || null,
    week: range && week,
    range,
  };
};

const chunk = 500;

/** Some hundred rows at a time, as fast as they are taken: neither memory nor pages feel a million of them. */
async function* csvOf({ deps, format }: Web, asked: Asked): AsyncGenerator<string> {
  yield csvMark + csvLine(csvHeader);
  for (let key: EndKey | null = null; ; ) {
    const rows = findFinished(deps.db, asked, key, chunk);
    yield rows.map((row) => csvLine(csvRow(row, format))).join('');
    const last = rows.at(-1);
    if (!last || rows.length < chunk) return;
    key = beyondRow(true, last);
    await setImmediate();
  }
}
