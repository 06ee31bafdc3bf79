import type { FastifyInstance, FastifyRequest } from 'fastify';
import { progressOf } from '#server/ejecuciones/queries.ts';
import { queryText } from '#server/lib/form.ts';
import { show } from '#server/lib/html.ts';
import type { Change } from '#server/lib/hub.ts';
import type { Channel } from '#server/lib/live.ts';
import { parsePageKey } from '#server/lib/page.ts';
import { link } from '#server/lib/tag.ts';
import { waitingSites } from '#server/robots/servable.ts';
import type { Web } from '#server/web.ts';
import { presentList, presentRow, presentTabs } from './present.ts';
import { byIds, countByStatus, countNewer, type Filter, findPage, type ListedTramite, sitesInQueue } from './queries.ts';
import { type Status, statuses } from './transitions.ts';
import type { Around } from './words.ts';

const readFilter = (request: FastifyRequest): Filter => {
  const status = queryText(request, 'estado');
  return {
    status: statuses.includes(status as Status) ? (status as Status) : null,
    site: queryText(request, 'site') || null,
    search: queryText(request, 'q').slice(0, 100) || null,
  };
};

/** What the rows of a list need beyond themselves. */
const around = ({ deps, format }: Web, rows: readonly Pick<ListedTramite, 'id' | 'status'>[]): Around => ({
  format,
  waiting: waitingSites(deps),
  progress: progressOf(
    deps.db,
    rows.filter((row) => row.status === 'processing').map((row) => row.id),
  ),
});

/** `/cola` and its stream; one trámite has its own room (tramite/routes.ts). */
export const colaRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/cola', { config: { permiso: 'ver' } }, async (request, reply) => {
    const filter = readFilter(request);
    const key = parsePageKey(queryText(request, 'pagina'));
    const found = findPage(web.deps.db, filter, key);
    const counts = countByStatus(web.deps.db, filter.site);
    const total = statuses.reduce((sum, status) => sum + counts[status], 0);
    const list = presentList(found, { filter, key, total }, around(web, found.rows));
    const tabs = presentTabs(filter, counts, web.format);
    const model = { title: 'Cola', filter, list, tabs, sites: sitesInQueue(web.deps.db) };
    return show(request, reply, { page: 'cola/page', part: 'cola/part', model });
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
  const filter = readFilter(request);
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
        const piece = await once(`tramite ${row.id}`, () => web.render('cola/live-row', { row: presentRow(row, near) }));
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
