import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { untilGone } from '#server/lib/gone.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { parsePageKey } from '#server/lib/page.ts';
import { organismoRows } from '#server/panel/organismos.ts';
import { type RehearseOptions, rehearse } from '#server/recursos/rehearse.ts';
import { robotChoices } from '#server/robots/queries.ts';
import type { Web } from '#server/web.ts';
import { presentEnsayo, type Rehearsal } from './ensayo.ts';
import { readSwitch, rulesOf } from './form.ts';
import { keepEnsayo } from './keep-ensayo.ts';
import { blankValues, pathOf, presentForm, presentOne, type Texts, type Typed, valuesOf } from './present.ts';
import { type PruebaView, presentPrueba, readTrial } from './prueba.ts';
import { findRaw, findRawById, findVersion, presentVersion, type RawRow } from './queries.ts';
import { renameOrganismo } from './rename.ts';
import { restoreVersion } from './restore.ts';
import { type Organismo, parseOrganismo } from './rules.ts';
import { saveOrganismo, switchOrganismo } from './save.ts';
import { needsEnsayo, told } from './told.ts';

type Named = { Params: { site_id: string } };
type Versioned = { Params: { site_id: string; n: string } };

const seeing = { config: { permiso: 'ver' } } as const;
const editing = { config: { permiso: 'organismos.editar' } } as const;
const mayEdit = (request: FastifyRequest): boolean => canOf(whoOf(request))('organismos.editar');

/** What a trial looks at while somebody types. */
const trialLimits: RehearseOptions = { most: 5, maxRows: 100_000, maxMs: 5000 };

/** `/organismos`: the list with its switches; the form of each, its trial, its ensayo and its versions. */
export const organismosRoutes = (app: FastifyInstance, web: Web): void => {
  listRoutes(app, web);
  formRoutes(app, web);
  trialRoutes(app, web);

  app.get<Named>('/organismos/:site_id/ensayo', seeing, async (request, reply) => showEnsayo(web, request, reply, request.params.site_id));

  app.post<Versioned>('/organismos/:site_id/versiones/:n/restaurar', editing, async (request, reply) => {
    const row = findOr404(web, request.params.site_id);
    const version = /^\d{1,15}$/.test(request.params.n) ? findVersion(web.deps.db, row.site_id, Number(request.params.n)) : null;
    if (!version) throw new NotFoundError('Esa versión no existe.');
    try {
      flash(reply, told.restored(await restoreVersion(web.deps, row.site_id, version.id, whoOf(request))));
      return goTo(request, reply, pathOf(row));
    } catch (error) {
      const values = valuesOf({ ...row, ...rulesOf(version.reglas) });
      return showOne(web, request, reply, { row, values, reasons: reasonsOf(error) });
    }
  });
};

const listRoutes = (app: FastifyInstance, web: Web): void => {
  const list = (edits: boolean) => ({ title: 'Organismos', rows: organismoRows(web), edits });
  /** `?fila=` opens a row whose name is no address. */
  app.get('/organismos', seeing, async (request, reply) => {
    const row = oddRow(web, request);
    if (row) return showOne(web, request, reply, { row });
    const model = list(mayEdit(request));
    return show(request, reply, { page: 'organismos/page', part: 'organismos/list', model });
  });

  const channel = (edits: boolean): Channel => ({
    key: edits ? 'organismos' : 'organismos:lectura',
    concerns: () => true,
    render: async () => web.render('organismos/live', list(edits)),
  });
  app.get('/vivo/organismos', { exposeHeadRoute: false, ...seeing }, async (request, reply) =>
    web.live.attach(request, reply, channel(mayEdit(request))),
  );
};

const formRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/organismos/nuevo', editing, async (request, reply) => showNew(web, request, reply, { values: blankValues }));
  app.get<Named>('/organismos/:site_id', seeing, async (request, reply) =>
    showOne(web, request, reply, { row: findOr404(web, request.params.site_id) }),
  );

  app.post('/organismos', editing, async (request, reply) => {
    const odd = oddRow(web, request);
    if (odd) return rename(web, request, reply, odd);
    const fields = fieldsOf(request);
    try {
      const saved = await saveOrganismo(web.deps, null, fields, whoOf(request));
      flash(reply, told.saved(saved));
      return goTo(request, reply, `/organismos/${saved.siteId}${saved.leftOff ? '/ensayo' : ''}`);
    } catch (error) {
      return showNew(web, request, reply, { values: fields, reasons: reasonsOf(error) });
    }
  });

  app.post<Named>('/organismos/:site_id', editing, async (request, reply) => {
    const row = findOr404(web, request.params.site_id);
    const fields = fieldsOf(request);
    try {
      return goTo(request, reply, await save(web, request, reply, row));
    } catch (error) {
      return showOne(web, request, reply, { row, values: { ...valuesOf(row), ...fields }, reasons: reasonsOf(error) });
    }
  });
};

/**
 * A switch sends `active` alone, and must work for a row that is otherwise wrong. Columns that are not sent stay as they
 * are. Answers where to go: what should be on and is not leads to its ensayo.
 */
const save = async (web: Web, request: FastifyRequest, reply: FastifyReply, row: RawRow): Promise<string> => {
  const fields = fieldsOf(request);
  if (Object.keys(fields).join() !== 'active') {
    const saved = await saveOrganismo(web.deps, row.site_id, fields, whoOf(request));
    flash(reply, told.saved(saved));
    return saved.leftOff ? `${pathOf(row)}/ensayo` : pathOf(row);
  }
  const active = readSwitch(fields);
  const done = await switchOrganismo(web.deps, row.site_id, active, whoOf(request));
  flash(reply, done ? told.switched(active) : needsEnsayo);
  if (!done) return `${pathOf(row)}/ensayo`;
  return queryText(request, 'vuelta') === 'lista' ? '/organismos' : pathOf(row);
};

const rename = async (web: Web, request: FastifyRequest, reply: FastifyReply, row: RawRow) => {
  const { site_id: name = '' } = fieldsOf(request);
  try {
    const siteId = await renameOrganismo(web.deps, row.id, name, whoOf(request));
    flash(reply, told.renamed);
    return goTo(request, reply, `/organismos/${siteId}`);
  } catch (error) {
    return showOne(web, request, reply, { row, values: { site_id: name }, reasons: reasonsOf(error) });
  }
};

/** The form as it is typed, tried against the source; nothing is saved. Without JavaScript it comes back as it was, with the result. */
const trialRoutes = (app: FastifyInstance, web: Web): void => {
  app.post('/organismos/nuevo/prueba', editing, async (request, reply) => {
    const values = fieldsOf(request);
    return showNew(web, request, reply, { values, prueba: await tryOut(web, request, reply, null) });
  });
  app.post<Named>('/organismos/:site_id/prueba', editing, async (request, reply) => {
    const row = findOr404(web, request.params.site_id);
    const values = { ...valuesOf(row), ...fieldsOf(request) };
    return showOne(web, request, reply, { row, values, prueba: await tryOut(web, request, reply, row) });
  });
};

const tryOut = async (web: Web, request: FastifyRequest, reply: FastifyReply, row: RawRow | null): Promise<PruebaView> => {
  const trial = readTrial(row, fieldsOf(request));
  const asked = trial.organismo ? await ask(web, reply, trial.organismo, trialLimits) : { rehearsal: null, down: '' };
  return presentPrueba(trial, asked.rehearsal, asked.down, web.format);
};

type Asked = { readonly rehearsal: Rehearsal | null; readonly down: string };

/** A source that does not answer is a sentence here: the form goes on working. */
const ask = async ({ deps }: Web, reply: FastifyReply, organismo: Organismo, limits: RehearseOptions = {}): Promise<Asked> => {
  try {
    return { rehearsal: await rehearse(deps, organismo, { ...limits, signal: untilGone(reply) }), down: '' };
  } catch (error) {
    if (error instanceof OrigenError) return { rehearsal: null, down: error.message };
    throw error;
  }
};

const findOr404 = (web: Web, siteId: string): RawRow => {
  const row = findRaw(web.deps.db, siteId);
  if (!row) throw new NotFoundError(`No hay ningún organismo que se llame «${siteId}».`);
  return row;
};

/** The row `?fila=` names. One whose name is valid has its own address, and its own name for good. */
const oddRow = (web: Web, request: FastifyRequest): RawRow | null => {
  const id = queryText(request, 'fila');
  if (id === '') return null;
  const row = /^\d{1,15}$/.test(id) ? findRawById(web.deps.db, Number(id)) : null;
  if (!row) throw new NotFoundError('Ese organismo ya no está.');
  return row;
};

/** Why each field was refused; anything else goes on to the error page. */
const reasonsOf = (error: unknown): Texts => {
  if (error instanceof InvalidInputError) return error.fields;
  throw error;
};

const showNew = (web: Web, request: FastifyRequest, reply: FastifyReply, { values, reasons = {}, prueba }: Typed) => {
  const form = presentForm(null, values, reasons, robotChoices(web.deps.db));
  const status = Object.keys(reasons).length > 0 ? 422 : 200;
  const model = { title: 'Organismo nuevo', form, reasons, prueba: prueba ?? null };
  return show(request, reply, { page: 'organismos/new', part: prueba ? 'organismos/prueba' : 'organismos/form', model, status });
};

const showOne = (web: Web, request: FastifyRequest, reply: FastifyReply, { row, ...typed }: Partial<Typed> & { row: RawRow }) => {
  const key = parsePageKey(queryText(request, 'versiones'));
  return show(request, reply, {
    page: 'organismos/one',
    part: typed.prueba ? 'organismos/prueba' : 'organismos/form',
    model: presentOne(web, row, typed, key),
    status: typed.reasons ? 422 : 200,
  });
};

/** Runs it now. What it vouches for is kept only for who may switch it on: a look alone changes nothing. */
const showEnsayo = async (web: Web, request: FastifyRequest, reply: FastifyReply, siteId: string) => {
  // Read before the row: an edit of another program in between must not be vouched for.
  const reglas = presentVersion(web.deps.db, siteId)?.reglas;
  const row = findOr404(web, siteId);
  const parsed = parseOrganismo(row);
  const { rehearsal, down } = parsed.ok ? await ask(web, reply, parsed.organismo) : { rehearsal: null, down: '' };
  const vouches = rehearsal !== null && !rehearsal.partial && mayEdit(request) && reglas !== undefined;
  if (vouches) await keepEnsayo(web.deps, row.site_id, reglas, rehearsal);
  const model = {
    title: `Ensayo de ${row.site_id}`,
    site: row.site_id,
    href: pathOf(row),
    problems: parsed.ok ? [] : parsed.problems.map((problem) => problem.sentence),
    down,
    ensayo: rehearsal ? presentEnsayo(rehearsal, web.format) : null,
    mayStart: vouches && parsed.ok && !parsed.organismo.active,
    isOn: parsed.ok && parsed.organismo.active,
  };
  return show(request, reply, { page: 'organismos/ensayo', model, status: down ? 502 : 200 });
};
