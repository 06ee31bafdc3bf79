import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { progressOf } from '#server/ejecuciones/queries.ts';
import { queryText } from '#server/lib/form.ts';
import { show } from '#server/lib/html.ts';
import type { Change } from '#server/lib/hub.ts';
import type { Channel } from '#server/lib/live.ts';
import { parsePageKey } from '#server/lib/page.ts';
import { link } from '#server/lib/tag.ts';
import { waitingSites } from '#server/robots/servable.ts';
import type { Web } from '#server/web.ts';
import { csvOf } from './csv.ts';
import { presentChips, presentList, presentRow, presentTabs } from './present.ts';
import { byIds, countByStatus, countNewer, findPage, type ListedTramite, sitesInQueue, totalOf } from './queries.ts';
import { type Filter, readFilter } from './rules.ts';
import type { Around } from './words.ts';

const filterOf = (request: FastifyRequest): Filter => readFilter((name) => queryText(request, name));

/** What the rows of a list need beyond themselves; what only some statuses tell is asked for where there are such. */
const around = ({ deps, format }: Web, rows: readonly Pick<ListedTramite, 'id' | 'status'>[]): Around => ({
  format,
  waiting: rows.some((row) => row.status === 'pending') ? waitingSites(deps) : new Map(),
  progress: progressOf(
    deps.db,
    rows.filter((row) => row.status === 'processing').map((row) => row.id),
  ),
});

const listModel = (web: Web, request: FastifyRequest) => {
  const { db } = web.deps;
  const filter = filterOf(request);
  const key = parsePageKey(queryText(request, 'pagina'));
  const found = findPage(db, filter, key);
  const list = presentList(found, { filter, key, total: totalOf(found.counts), can: canOf(whoOf(request)) }, around(web, found.rows));
  const tabs = presentTabs(filter, found.counts, web.format);
  return { title: 'Cola', filter, list, tabs, chips: presentChips(filter), sites: sitesInQueue(db) };
};

/** `/cola`, its stream and its CSV; one trámite has its own room (tramite/routes.ts). */
export const colaRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/cola', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'cola/page', part: 'cola/part', model: web.deps.db.read(() => listModel(web, request)) }),
  );

  app.get('/cola.csv', { config: { permiso: 'ver' } }, async (request, reply) => {
    const lines = csvOf(web.deps.db, filterOf(request), web.format);
    const name = `cola-${web.deps.clock.now().toISOString().slice(0, 10)}.csv`;
    reply.headers({
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}"`,
      'Cache-Control': 'no-store',
    });
    // Who asks for the head alone is not read a million rows.
    return reply.send(Readable.from(request.method === 'HEAD' ? [] : lines));
  });

  app.get('/vivo/cola', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, listChannel(web, request)),
  );
};

const shownRows = 60;

/** The rows a page shows, as its own stream address lists them; anything else in that list is left out. */
const readIds = (request: FastifyRequest): number[] =>
  queryText(request, 'filas')
    .split('.')
    .slice(0, shownRows)
    .filter((id) => /^\d{1,15}$/.test(id))
    .map(Number);

/** Rows change in their place; new ones are only announced; the tabs count along. */
const listChannel = (web: Web, request: FastifyRequest): Channel => {
  const filter = filterOf(request);
  const choosing = queryText(request, 'elegir') === 'si';
  const shown = new Set(readIds(request));
  const isFirstPage = queryText(request, 'primera') === 'si';
  /** Rows as last sent: a hint that names none of them must not send them all again. */
  const told = new Map<number, string>();
  return {
    key: request.url,
    concerns: (change) =>
      change.entity === 'any' || change.entity === 'tramite' || change.entity === 'organismo' || change.entity === 'robot',
    render: async (changes, once) => {
      const rows = byIds(web.deps.db, touched(shown, changes));
      const near = around(web, rows);
      const pieces = rows.map(async (row) => {
        const piece = await once(`tramite ${row.id} ${choosing}`, () =>
          web.render('cola/live-row', { row: presentRow(row, near), choosing }),
        );
        if (changes === 'everything') return piece;
        const isNews = told.get(row.id) !== piece;
        told.set(row.id, piece);
        return isNews ? piece : '';
      });
      const newest = Math.max(0, ...shown);
      const newer = isFirstPage ? newerOf(filter, countNewer(web.deps.db, filter, newest)) : null;
      const tabs = presentTabs(filter, countByStatus(web.deps.db, filter.site), web.format);
      return [await web.render('cola/live', { tabs, newer }), ...(await Promise.all(pieces))].join('\n');
    },
  };
};

/** Which of the shown rows to render again: all of them when nobody says which one changed. */
const touched = (shown: ReadonlySet<number>, changes: readonly Change[] | 'everything'): number[] => {
  if (changes === 'everything' || changes.some((change) => change.entity !== 'tramite' || change.id === undefined)) return [...shown];
  return [...new Set(changes.map((change) => Number(change.id)))].filter((id) => shown.has(id));
};

const newerOf = (filter: Filter, count: number): { href: string; sentence: string } | null => {
  if (count === 0) return null;
  const howMany = count > 100 ? 'Más de 100 nuevos' : count === 1 ? '1 nuevo' : `${count} nuevos`;
  return { href: link('/cola', { estado: filter.status, site: filter.site }), sentence: `${howMany} – ver` };
};
