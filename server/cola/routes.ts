import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Who, whoOf } from '#server/acceso/gate.ts';
import type { Permiso } from '#server/acceso/permisos.ts';
import type { Deps } from '#server/deps.ts';
import { attemptsOf, progressOf, stepsOf } from '#server/ejecuciones/queries.ts';
import { timeline } from '#server/ejecuciones/timeline.ts';
import { eventsOf } from '#server/historial/queries.ts';
import { tellAll } from '#server/historial/story.ts';
import { asError, InvalidInputError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Change } from '#server/lib/hub.ts';
import type { Channel } from '#server/lib/live.ts';
import { parsePageKey } from '#server/lib/page.ts';
import { link } from '#server/lib/tag.ts';
import { findReclamacion } from '#server/recursos/queries.ts';
import { giveBack } from '#server/recursos/release.ts';
import { waitingSites } from '#server/robots/servable.ts';
import type { Web } from '#server/web.ts';
import { aprobar } from './aprobar.ts';
import { cancelar } from './cancelar.ts';
import { maybeSent } from './maybe-sent.ts';
import { presentList, presentRow, presentTabs } from './present.ts';
import { byIds, countByStatus, countNewer, type Filter, findPage, findTramite, type ListedTramite, sitesInQueue } from './queries.ts';
import { rechazar } from './rechazar.ts';
import { reintentar } from './reintentar.ts';
import { resolver } from './resolver.ts';
import { claimWord, presentData, presentTramite } from './tramite.ts';
import { type Action, type Status, statuses } from './transitions.ts';
import { type Around, orderDone } from './words.ts';

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

/** `/cola`, `/cola/:id`, their streams and the orders a person gives there. */
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
  app.get<{ Params: { id: string } }>('/cola/:id', { config: { permiso: 'ver' } }, async (request, reply) =>
    showTramite(web, request, reply),
  );
  app.get<{ Params: { id: string } }>('/vivo/cola/:id', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) => {
    tramiteModel(web, request.params.id);
    return web.live.attach(request, reply, tramiteChannel(web, request.params.id));
  });
  app.post<{ Params: { id: string; accion: string } }>('/cola/:id/:accion', { config: { permiso: neededFor } }, async (request, reply) => {
    const { id, accion } = request.params;
    const order = orders[accion as Action];
    if (!order || !Object.hasOwn(orders, accion)) throw new NotFoundError(`No hay ninguna acción que se llame «${accion}».`);
    try {
      await order(web.deps, readId(id), fieldsOf(request), whoOf(request));
    } catch (thrown) {
      return showTramite(web, request, reply, refusalOf(accion, thrown, fieldsOf(request)));
    }
    flash(reply, orderDone(accion as Action, fieldsOf(request)));
    return goTo(request, reply, `/cola/${id}`);
  });
};

type Fields = Readonly<Record<string, string>>;

/** What each button of the page orders. */
const orders: Readonly<Record<Action, (deps: Deps, id: number, fields: Fields, who: Who) => Promise<unknown>>> = {
  aprobar,
  rechazar,
  reintentar,
  cancelar,
  resolver,
  devolver: (deps, id, _fields, who) => giveBack(deps, id, who),
};

/** What decides whether something is filed takes more than what only puts it off. */
const neededFor = (request: FastifyRequest): Permiso => {
  const { accion } = request.params as { accion: string };
  return ['aprobar', 'rechazar', 'resolver'].includes(accion) ? 'tramites.revisar' : 'tramites.ordenar';
};

/** Why an order was refused, shown on the page it was given from. */
type Refusal = {
  readonly status: number;
  readonly sentence: string;
  readonly accion: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly values: Fields;
};

const refusalOf = (accion: string, thrown: unknown, values: Fields): Refusal => {
  const error = asError(thrown);
  if (error instanceof InvalidInputError) return { status: 422, sentence: error.message, accion, fields: error.fields, values };
  if (error instanceof WrongStateError) return { status: 409, sentence: error.message, accion, fields: {}, values };
  throw error;
};

/** The number of a trámite, or a 404: nothing else can be one. */
const readId = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new NotFoundError('Ese trámite no existe.');
  return Number(text);
};

const tramiteModel = (web: Web, idText: string) => {
  const { db } = web.deps;
  const id = readId(idText);
  const row = findTramite(db, id);
  if (!row) throw new NotFoundError('Ese trámite no existe.');
  const claim = findReclamacion(db, row.resource_id);
  const events = [...eventsOf(db, 'tramite', id), ...eventsOf(db, 'recurso', row.resource_id)];
  return {
    title: row.expediente ?? `Trámite ${id}`,
    tramite: presentTramite(row, around(web, [row]), { claimed: claim?.state === 'claimed', maybeSent: maybeSent(db, id) }),
    attempts: timeline(id, attemptsOf(db, id), stepsOf(db, id), web.format),
    data: presentData(row.payload, web.format),
    claim,
    claimWord: claimWord(claim),
    history: tellAll(events, web.format),
  };
};

const showTramite = (web: Web, request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply, refusal?: Refusal) => {
  const model = { ...tramiteModel(web, request.params.id), refusal: refusal ?? null };
  return show(request, reply, { page: 'cola/tramite/page', model, ...(refusal ? { status: refusal.status } : {}) });
};

const tramiteChannel = (web: Web, id: string): Channel => ({
  key: `tramite ${id}`,
  concerns: (change) => change.entity === 'any' || (change.entity === 'tramite' && String(change.id ?? id) === id),
  render: async () => web.render('cola/tramite/live', { ...tramiteModel(web, id), refusal: null }),
});

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
