import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { whoOf } from '#server/acceso/gate.ts';
import { eventsOf } from '#server/historial/queries.ts';
import { tellAll } from '#server/historial/story.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import type { Message } from '#server/lib/tag.ts';
import { organismoRows } from '#server/panel/organismos.ts';
import { rehearse } from '#server/recursos/rehearse.ts';
import { robotChoices } from '#server/robots/queries.ts';
import type { Web } from '#server/web.ts';
import { presentEnsayo } from './ensayo.ts';
import { blankValues, complaintsOf, presentForm, valuesOf } from './present.ts';
import { findRaw, type RawRow } from './queries.ts';
import { saveOrganismo, switchOrganismo } from './save.ts';

type Texts = Readonly<Record<string, string>>;
type Named = { Params: { site_id: string } };

/** `/organismos`: the list with its switches, and the form of each. */
export const organismosRoutes = (app: FastifyInstance, web: Web): void => {
  const list = () => ({ title: 'Organismos', rows: organismoRows(web) });
  app.get('/organismos', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'organismos/page', part: 'organismos/list', model: list() }),
  );

  const channel: Channel = {
    key: 'organismos',
    concerns: () => true,
    render: async () => web.render('organismos/live', list()),
  };
  app.get('/vivo/organismos', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, channel),
  );

  app.get('/organismos/nuevo', { config: { permiso: 'organismos.editar' } }, async (request, reply) =>
    showNew(web, request, reply, blankValues, {}),
  );
  app.get<Named>('/organismos/:site_id', { config: { permiso: 'ver' } }, async (request, reply) =>
    showOne(web, request, reply, findOr404(web, request.params.site_id)),
  );

  app.get<Named>('/organismos/:site_id/ensayo', { config: { permiso: 'ver' } }, async (request, reply) => {
    const { site_id: site } = findOr404(web, request.params.site_id);
    const rehearsed = await rehearse(web.deps, site);
    const ensayo = rehearsed.ok ? presentEnsayo(rehearsed.rehearsal, web.format) : null;
    const problems = rehearsed.ok ? [] : rehearsed.problems.map((problem) => problem.sentence);
    return show(request, reply, { page: 'organismos/ensayo', model: { title: `Ensayo de ${site}`, site, ensayo, problems } });
  });

  app.post('/organismos', { config: { permiso: 'organismos.editar' } }, async (request, reply) => {
    const fields = fieldsOf(request);
    try {
      const siteId = await saveOrganismo(web.deps, null, fields, whoOf(request));
      flash(reply, done(`Añadido ${siteId}`));
      return goTo(request, reply, `/organismos/${siteId}`);
    } catch (error) {
      return showNew(web, request, reply, fields, reasonsOf(error));
    }
  });

  app.post<Named>('/organismos/:site_id', { config: { permiso: 'organismos.editar' } }, async (request, reply) => {
    const row = findOr404(web, request.params.site_id);
    const fields = fieldsOf(request);
    try {
      flash(reply, await save(web, row, fields, request));
      return goTo(request, reply, backFrom(request, row.site_id));
    } catch (error) {
      return showOne(web, request, reply, row, { values: { ...valuesOf(row), ...fields }, reasons: reasonsOf(error) });
    }
  });
};

/** A switch sends `active` alone, and must work for a row that is otherwise wrong. Columns that are not sent stay as they are. */
const save = async (web: Web, row: RawRow, fields: Texts, request: FastifyRequest): Promise<Message> => {
  if (Object.keys(fields).join() !== 'active') {
    await saveOrganismo(web.deps, row.site_id, fields, whoOf(request));
    return done('Guardado', 'El próximo ciclo trabaja ya con estas reglas.');
  }
  await switchOrganismo(web.deps, row.site_id, fields.active === '1', whoOf(request));
  return fields.active === '1'
    ? done(`Encendido ${row.site_id}`, 'El próximo ciclo reclama sus recursos.')
    : done(`Apagado ${row.site_id}`, 'No se reclama nada nuevo; lo que ya está en la cola sigue su camino.');
};

/** The switch of the list goes back to the list. */
const backFrom = (request: FastifyRequest, siteId: string): string =>
  queryText(request, 'vuelta') === 'lista' ? '/organismos' : `/organismos/${encodeURIComponent(siteId)}`;

const findOr404 = (web: Web, siteId: string): RawRow => {
  const row = findRaw(web.deps.db, siteId);
  if (!row) throw new NotFoundError(`No hay ningún organismo que se llame «${siteId}».`);
  return row;
};

/** Why each field was refused; anything else goes on to the error page. */
const reasonsOf = (error: unknown): Texts => {
  if (error instanceof InvalidInputError) return error.fields;
  throw error;
};

const showNew = (web: Web, request: FastifyRequest, reply: FastifyReply, values: Texts, reasons: Texts) => {
  const form = presentForm(null, values, reasons, robotChoices(web.deps.db));
  const status = Object.keys(reasons).length > 0 ? 422 : 200;
  return show(request, reply, {
    page: 'organismos/new',
    part: 'organismos/form',
    model: { title: 'Organismo nuevo', form, reasons },
    status,
  });
};

const showOne = (web: Web, request: FastifyRequest, reply: FastifyReply, row: RawRow, refused?: { values: Texts; reasons: Texts }) => {
  const { problems, warnings } = complaintsOf(row);
  const model = {
    title: row.site_id,
    row: organismoRows(web).find((one) => one.id === row.id),
    form: presentForm(row.site_id, refused?.values ?? valuesOf(row), refused?.reasons ?? problems, robotChoices(web.deps.db)),
    reasons: refused?.reasons ?? {},
    problems: Object.values(problems),
    warnings,
    history: tellAll(eventsOf(web.deps.db, 'organismo', row.site_id), web.format),
  };
  return show(request, reply, { page: 'organismos/one', part: 'organismos/form', model, status: refused ? 422 : 200 });
};
