import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { type BulkAction, bulkActionOf, permisoFor, readFilter } from '#server/cola/rules.ts';
import { ForbiddenError, NotFoundError } from '#server/lib/errors.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { parsePageKey } from '#server/lib/page.ts';
import type { Web } from '#server/web.ts';
import { type Background, createBackground } from './background.ts';
import { beginLote } from './begin.ts';
import { type Choice, choose, type Pointed } from './choose.ts';
import { describe, presentConfirm, presentLote, presentLotes, presentRefusals } from './present.ts';
import { findLote, findLotes, type Lote, refusalsOf } from './queries.ts';
import { motivoProblem } from './rules.ts';

/** Orders for many trámites: the page that asks, the order itself, and how each of them goes. */
export const lotesRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps, format } = web;
  const background = createBackground(deps);
  app.addHook('preClose', () => background.stop());

  app.get('/cola/lotes', { config: { permiso: 'ver' } }, async (request, reply) => {
    const key = parsePageKey(textsOf(request.query, 'pagina').at(-1));
    return show(request, reply, {
      page: 'lotes/page',
      model: { title: 'Órdenes en lote', list: presentLotes(findLotes(deps.db, key), key, format) },
    });
  });

  app.get('/cola/lotes/nuevo', { config: { permiso: 'tramites.ordenar' } }, async (request, reply) => {
    const { accion, pointed } = readOrder(web, request, request.query);
    const model = presentConfirm(accion, pointed, choose(deps.db, accion, pointed));
    return show(request, reply, { page: 'lotes/confirm', model, status: pointed.kind === 'none' ? 422 : 200 });
  });

  app.post('/cola/lotes', { config: { permiso: 'tramites.ordenar' } }, async (request, reply) => order(web, background, request, reply));

  app.get<{ Params: { lote: string } }>('/cola/lotes/:lote', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'lotes/one', model: loteModel(web, request.params.lote) }),
  );

  app.get<{ Params: { lote: string } }>(
    '/vivo/cola/lotes/:lote',
    { exposeHeadRoute: false, config: { permiso: 'ver' } },
    async (request, reply) => {
      loteModel(web, request.params.lote);
      return web.live.attach(request, reply, loteChannel(web, request.params.lote));
    },
  );
};

const order = async (web: Web, background: Background, request: FastifyRequest, reply: FastifyReply) => {
  const { deps } = web;
  const { accion, pointed } = readOrder(web, request, request.body);
  const choice = choose(deps.db, accion, pointed);
  const motivo = textsOf(request.body, 'motivo').at(-1)?.trim() ?? '';
  const problem = motivoProblem(accion, motivo);
  const refusal = changedMeanwhile(pointed, choice, textsOf(request.body, 'total').at(-1));
  if (problem !== null || refusal !== null) {
    const model = presentConfirm(accion, pointed, choice, { motivo, problem, ...(refusal ? { sentence: refusal } : {}) });
    return show(request, reply, { page: 'lotes/confirm', model, status: refusal === null || pointed.kind === 'none' ? 422 : 409 });
  }
  const descripcion = describe(accion, pointed, choice);
  const id = await beginLote(deps, { accion, motivo, ids: choice.ids, descripcion }, whoOf(request));
  background.start(id);
  return goTo(request, reply, `/cola/lotes/${id}`);
};

/** Nobody orders what was not counted before their eyes. */
const changedMeanwhile = (pointed: Pointed, { ids }: Choice, total: string | undefined): string | null => {
  if (ids.length === 0) return 'Ya no hay ningún trámite que admita la orden.';
  if (pointed.kind === 'ids' || total === String(ids.length)) return null;
  return 'Entretanto han cambiado los trámites que coinciden: mire la cuenta de abajo y confirme otra vez.';
};

/** The texts given under that name, once or many times. */
const textsOf = (source: unknown, name: string): string[] => {
  const value = (typeof source === 'object' && source !== null ? (source as Record<string, unknown>) : {})[name];
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
};

/** What is ordered, and of which. @throws NotFoundError, ForbiddenError */
const readOrder = (web: Web, request: FastifyRequest, source: unknown): { accion: BulkAction; pointed: Pointed } => {
  const text = (name: string) => textsOf(source, name).at(-1)?.trim() ?? '';
  const accion = bulkActionOf(text('accion'));
  if (!accion) throw new NotFoundError(`No hay ninguna orden en lote que se llame «${text('accion')}».`);
  if (!canOf(whoOf(request))(permisoFor(accion))) throw new ForbiddenError('sin_permiso', 'Su usuario no puede dar esta orden.');
  if (/^\d{1,15}$/.test(text('lote'))) return { accion, pointed: { kind: 'left', lote: loteOf(web, text('lote')).id } };
  const filter = readFilter(text);
  const ids = textsOf(source, 'id').filter((id) => /^\d{1,15}$/.test(id));
  if (text('todos') === 'si')
    return { accion, pointed: accion === 'aprobar' ? { kind: 'none', why: oneByOne, filter } : { kind: 'all', filter } };
  return { accion, pointed: ids.length === 0 ? { kind: 'none', why: noneChosen, filter } : { kind: 'ids', ids: ids.map(Number) } };
};

/** What sends is approved with each one before the eyes. */
const oneByOne = 'Para aprobar hay que elegir los trámites uno a uno: lo que se aprueba, se envía.';
const noneChosen = 'No se ha elegido ningún trámite: márquelos en la cola, o marque todos los que coinciden.';

const loteOf = ({ deps }: Web, text: string): Lote => {
  const lote = /^\d{1,15}$/.test(text) ? findLote(deps.db, Number(text)) : null;
  if (!lote) throw new NotFoundError('Ese lote no existe.');
  return lote;
};

const loteModel = (web: Web, text: string) => {
  const { deps, format } = web;
  const lote = loteOf(web, text);
  const view = presentLote(lote, format);
  return { title: `Lote ${lote.id}`, lote: view, refusals: presentRefusals(refusalsOf(deps.db, lote.id), lote, format) };
};

const loteChannel = (web: Web, id: string): Channel => ({
  key: `lote ${id}`,
  concerns: (change) => change.entity === 'any' || (change.entity === 'lote' && String(change.id) === id),
  render: async () => web.render('lotes/live', loteModel(web, id)),
});
