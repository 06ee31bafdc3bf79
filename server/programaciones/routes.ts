import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { queryText } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { parsePageKey } from '#server/lib/page.ts';
import type { Web } from '#server/web.ts';
import { borrar } from './borrar.ts';
import { presentCalendario } from './calendario.ts';
import { crear } from './crear.ts';
import { editar } from './editar.ts';
import { encender } from './encender.ts';
import { type ProgramacionForm, readForm, type Texts } from './fields.ts';
import { type Given, presentList, presentNew, presentOne } from './present.ts';
import { presentPrevistas } from './previstas.ts';
import type { Filter, Row } from './queries.ts';
import { hrefOf, types } from './rules.ts';
import { blankValues, equiposOf, findOrThrow, readSwitch, valuesOf } from './wanted.ts';

type One = { Params: { id: string } };

const seeing = { config: { permiso: 'ver' } } as const;
const editing = { config: { permiso: 'robots.editar' } } as const;
const mayEdit = (request: FastifyRequest): boolean => canOf(whoOf(request))('robots.editar');

/** `/programaciones`: the list with its switches, the form of each, and the calendar of what they do. */
export const programacionesRoutes = (app: FastifyInstance, web: Web): void => {
  listRoutes(app, web);
  formRoutes(app, web);
  trialRoutes(app, web);

  app.get('/programaciones/calendario', seeing, async (request, reply) => {
    const view = queryText(request, 'vista') === 'semana' ? 'semana' : 'mes';
    const asked = { view, date: queryText(request, 'dia'), robot: queryText(request, 'robot') || null } as const;
    const model = web.deps.db.read(() => presentCalendario(web, asked));
    return show(request, reply, { page: 'programaciones/calendario', part: 'programaciones/calendario-part', model });
  });

  app.post<One>('/programaciones/:id/borrar', editing, async (request, reply) => {
    await borrar(web.deps, request.params.id, whoOf(request));
    flash(reply, done('Programación borrada.'));
    return goTo(request, reply, '/programaciones');
  });
};

const filterOf = (request: FastifyRequest): Filter => ({
  tipo: types.find((type) => type === queryText(request, 'tipo')) ?? null,
  robot: queryText(request, 'robot') || null,
});

const listRoutes = (app: FastifyInstance, web: Web): void => {
  const list = (request: FastifyRequest) => ({
    ...web.deps.db.read(() => presentList(web, filterOf(request), parsePageKey(queryText(request, 'pagina')))),
    edits: mayEdit(request),
  });
  app.get('/programaciones', seeing, async (request, reply) =>
    show(request, reply, { page: 'programaciones/page', part: 'programaciones/part', model: list(request) }),
  );

  const channel = (request: FastifyRequest): Channel => ({
    key: `${request.url} ${mayEdit(request)}`,
    concerns: ({ entity }) => ['any', 'programacion', 'robot', 'equipo'].includes(entity),
    render: async () => web.render('programaciones/live', list(request)),
  });
  app.get('/vivo/programaciones', { exposeHeadRoute: false, ...seeing }, async (request, reply) =>
    web.live.attach(request, reply, channel(request)),
  );
};

const formRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/programaciones/nueva', editing, async (request, reply) => {
    const robot = queryText(request, 'robot');
    return showNew(web, request, reply, { values: { ...blankValues, ...(robot && { robot_id: robot }) } });
  });
  app.get<One>('/programaciones/:id', seeing, async (request, reply) => showOne(web, request, reply, findOr404(web, request), {}));

  app.post('/programaciones', editing, async (request, reply) => {
    const form = readForm(request.body);
    try {
      const id = await crear(web.deps, form, whoOf(request));
      flash(reply, done('Programación añadida.', 'Su robot se lanza solo a sus horas, y sus equipos ya no se reparten.'));
      return goTo(request, reply, `/programaciones/${encodeURIComponent(id)}`);
    } catch (error) {
      return showNew(web, request, reply, { ...typedOver(blankValues, [], form), reasons: reasonsOf(error) });
    }
  });

  app.post<One>('/programaciones/:id', editing, async (request, reply) => {
    const row = findOr404(web, request);
    const form = readForm(request.body);
    try {
      flash(reply, await save(web, request, row, form));
      return goTo(request, reply, queryText(request, 'vuelta') === 'lista' ? '/programaciones' : hrefOf(row));
    } catch (error) {
      return showOne(web, request, reply, row, { ...typedOn(web, row, form), reasons: reasonsOf(error) });
    }
  });
};

/** A switch sends `activo` alone, and must work for a row that is otherwise wrong. */
const save = async ({ deps }: Web, request: FastifyRequest, row: Row, form: ProgramacionForm) => {
  const active = readSwitch(form.fields.activo);
  if (Object.keys(form.fields).join() !== 'activo' || form.equipoIds !== null || active === null) {
    const changed = await editar(deps, row.programacion_id, form, whoOf(request));
    return changed
      ? done('Guardado.')
      : ({ tone: 'nada', icon: 'quieto', title: 'No había nada que guardar: todo es como estaba.' } as const);
  }
  await encender(deps, row.programacion_id, active, whoOf(request));
  return active ? done('Encendida: se lanza a sus horas.') : ({ tone: 'nada', icon: 'apagado', title: 'Apagada.' } as const);
};

/** The form as it is typed, looked at; nothing is saved. Without JavaScript it comes back as it was, with what was found. */
const trialRoutes = (app: FastifyInstance, web: Web): void => {
  app.post('/programaciones/nueva/previstas', editing, async (request, reply) => {
    const typed = typedOver(blankValues, [], readForm(request.body));
    return showNew(web, request, reply, { ...typed, previstas: presentPrevistas(web, { programacionId: null, ...typed }) });
  });
  app.post<One>('/programaciones/:id/previstas', editing, async (request, reply) => {
    const row = findOr404(web, request);
    const typed = typedOn(web, row, readForm(request.body));
    const previstas = presentPrevistas(web, { programacionId: row.programacion_id, ...typed });
    return showOne(web, request, reply, row, { ...typed, previstas });
  });
};

const typedOver = (values: Texts, equipoIds: readonly string[], form: ProgramacionForm) => ({
  values: { ...values, ...form.fields },
  equipoIds: form.equipoIds ?? equipoIds,
});

const typedOn = ({ deps }: Web, row: Row, form: ProgramacionForm) =>
  typedOver(valuesOf(row), equiposOf(deps.db, row.programacion_id), form);

const findOr404 = ({ deps }: Web, request: FastifyRequest<One>): Row => findOrThrow(deps.db, request.params.id);

/** Why each field was refused; anything else goes on to the error page. */
const reasonsOf = (error: unknown): Texts => {
  if (error instanceof InvalidInputError) return error.fields;
  throw error;
};

const showNew = (web: Web, request: FastifyRequest, reply: FastifyReply, given: Given) =>
  show(request, reply, {
    page: 'programaciones/new',
    part: given.previstas ? 'programaciones/previstas' : 'programaciones/form',
    model: presentNew(web, given),
    status: given.reasons ? 422 : 200,
  });

const showOne = (web: Web, request: FastifyRequest, reply: FastifyReply, row: Row, given: Given) =>
  show(request, reply, {
    page: 'programaciones/one',
    part: given.previstas ? 'programaciones/previstas' : 'programaciones/form',
    model: presentOne(web, row, given),
    status: given.reasons ? 422 : 200,
  });
