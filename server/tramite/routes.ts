import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { whoOf } from '#server/acceso/gate.ts';
import type { Permiso } from '#server/acceso/permisos.ts';
import { wayBack } from '#server/cola/rules.ts';
import { type Action, statusWords } from '#server/cola/transitions.ts';
import { orderDone } from '#server/cola/words.ts';
import { asError, InvalidInputError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, show, wantsPart } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import type { Web } from '#server/web.ts';
import { type Fields, orders } from './orders.ts';
import { presentPage, readId } from './present.ts';
import { readTab, type Tab } from './rules.ts';

type One = { Params: { id: string } };
type Ordered = { Params: { id: string; accion: string } };

/** `/cola/:id`, its stream, and the orders a person gives there: each has its form (GET) and is given (POST) at one address. */
export const tramiteRoutes = (app: FastifyInstance, web: Web): void => {
  app.get<One>('/cola/:id', { config: { permiso: 'ver' } }, async (request, reply) => {
    const model = await presentPage(web, request.params.id, askedTab(request), whoOf(request));
    return show(request, reply, { page: 'tramite/page', part: 'tramite/part', model: { ...model, order: null, refusal: null } });
  });

  app.get<One>('/vivo/cola/:id', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) => {
    const { id } = request.params;
    const who = whoOf(request);
    await presentPage(web, id, askedTab(request), who);
    return web.live.attach(request, reply, channelOf(web, id, askedTab(request), who));
  });

  app.get<Ordered>('/cola/:id/:accion', { config: { permiso: neededFor } }, async (request, reply) =>
    showOrder(web, request, reply, { status: 200, sentence: '', fields: {}, values: {} }),
  );

  app.post<Ordered>('/cola/:id/:accion', { config: { permiso: neededFor } }, async (request, reply) => {
    const { id, accion } = request.params;
    let outcome: unknown;
    try {
      outcome = await orderOf(accion).give(web.deps, readId(id), fieldsOf(request), whoOf(request));
    } catch (thrown) {
      return showOrder(web, request, reply, refusalOf(thrown, fieldsOf(request)));
    }
    flash(reply, orderDone(accion as Action, fieldsOf(request), outcome));
    return goTo(request, reply, wayBack(fieldsOf(request).vuelta) ?? `/cola/${id}`);
  });
};

const askedTab = (request: FastifyRequest): Tab => readTab(queryText(request, 'ver'));

const orderOf = (accion: string) => {
  if (!Object.hasOwn(orders, accion)) throw new NotFoundError(`No hay ninguna acción que se llame «${accion}».`);
  return orders[accion as Action];
};

/** An action nobody knows asks for the least that an order asks for. */
const neededFor = (request: FastifyRequest): Permiso => {
  const { accion } = request.params as Ordered['Params'];
  return Object.hasOwn(orders, accion) ? orders[accion as Action].permiso : 'tramites.ordenar';
};

/** Why an order was refused, shown on the page it was given from. */
type Refusal = {
  readonly status: number;
  readonly sentence: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly values: Fields;
};

const refusalOf = (thrown: unknown, values: Fields): Refusal => {
  const error = asError(thrown);
  if (error instanceof InvalidInputError) return { status: 422, sentence: error.message, fields: error.fields, values };
  if (error instanceof WrongStateError) return { status: 409, sentence: error.message, fields: {}, values };
  throw error;
};

/** The form of an order over the page of its trámite, or alone for the dialog; without it where it cannot be given now. */
const showOrder = async (web: Web, request: FastifyRequest<Ordered>, reply: FastifyReply, asked: Refusal) => {
  const { id, accion } = request.params;
  const { word, effect, fields, look } = orderOf(accion);
  const model = await presentPage(web, id, 'resumen', whoOf(request));
  const allowed = model.orders.some((one) => one.action === accion);
  const order = { word, effect, fields, look, href: `/cola/${id}/${accion}`, back: `/cola/${id}`, refusal: asked };
  const refusal = allowed || asked.status !== 200 ? asked : { ...asked, status: 409, sentence: cannotNow(model.tramite.status, word) };
  return show(request, reply, {
    page: 'tramite/page',
    part: 'tramite/order',
    status: refusal.status,
    model: {
      ...model,
      order: allowed && refusal.status !== 409 ? order : null,
      refusal: refusal.status === 200 ? null : refusal,
      place: wantsPart(request) ? 'dialogo' : 'pagina',
    },
  });
};

const cannotNow = (status: keyof typeof statusWords, word: string): string =>
  `«${word}» no se puede ordenar ahora: el trámite está «${statusWords[status]}».`;

/** The same for all of one role under one tab: what may be ordered depends on the role. */
const channelOf = (web: Web, id: string, tab: Tab, { rol }: { rol: ReturnType<typeof whoOf>['rol'] }): Channel => ({
  key: `tramite ${id} ${tab} ${rol}`,
  concerns: (change) => change.entity === 'any' || (change.entity === 'tramite' && String(change.id ?? id) === id),
  render: async () => web.render('tramite/live', await presentPage(web, id, tab, { rol })),
});
