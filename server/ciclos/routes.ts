import type { FastifyInstance } from 'fastify';
import { canOf, type Who, whoOf } from '#server/acceso/gate.ts';
import type { Db } from '#server/db/open.ts';
import { CerebroError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { queryText } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { type PageKey, parsePageKey } from '#server/lib/page.ts';
import type { Message } from '#server/lib/tag.ts';
import { readSites } from '#server/organismos/queries.ts';
import { adopt } from '#server/recursos/adopt.ts';
import { type ClaimCheck, createClaimCheck } from '#server/recursos/check-claims.ts';
import { findMismatches } from '#server/recursos/queries.ts';
import type { Web } from '#server/web.ts';
import { presentAudit, presentCycles, presentDetail, presentDiscards } from './present.ts';
import { discardsDuring, findCycle, findCycles, findDiscards, happenedDuring, lastGoodCycle, organismosOf } from './queries.ts';

/** A forced cycle that ends within this time is already on the page the person is sent to. */
const patienceMs = 2000;

/** `/ciclos`, its stream, one cycle, what was turned down, *Forzar ciclo*, and the audit of claims with its repair. */
export const ciclosRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps, format } = web;
  const check = createClaimCheck(deps);

  app.get('/ciclos', { config: { permiso: 'ver' } }, async (request, reply) => {
    const model = cyclesModel(web, check, parsePageKey(queryText(request, 'pagina')), whoOf(request));
    return show(request, reply, { page: 'ciclos/page', part: 'ciclos/part', model });
  });

  app.get('/vivo/ciclos', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, channelOf(web, check, whoOf(request))),
  );

  app.get<{ Params: { id: string } }>('/ciclos/:id', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'ciclos/detail', model: detailModel(web, request.params.id) }),
  );

  app.get('/ciclos/descartes', { config: { permiso: 'ver' } }, async (request, reply) => {
    const filter = { site: queryText(request, 'site') || null, motivo: queryText(request, 'motivo') || null };
    const key = parsePageKey(queryText(request, 'pagina'));
    const list = presentDiscards(filter, findDiscards(deps.db, filter, key), key, format);
    const sites = readSites(deps.db);
    return show(request, reply, { page: 'ciclos/discards', part: 'ciclos/discards-part', model: { ...list, sites } });
  });

  app.post('/ciclos', { config: { permiso: 'ciclos.forzar' } }, async (request, reply) => {
    flash(reply, await force(web));
    return goTo(request, reply, '/ciclos');
  });

  app.post('/ciclos/desajustes', { config: { permiso: 'ciclos.forzar' } }, async (request, reply) => {
    if (claimState(web)?.running)
      throw new WrongStateError('ciclo_en_marcha', 'Hay un ciclo en marcha, que ya lo comprueba: espere a que termine.');
    const error = await whatIsThrown(web, check.run());
    if (error) throw error;
    return goTo(request, reply, '/ciclos');
  });

  app.post<{ Params: { id: string } }>(
    '/ciclos/desajustes/:id/encolar',
    { config: { permiso: 'desajustes.encolar' } },
    async (request, reply) => {
      await adopt(deps, request.params.id, whoOf(request));
      flash(reply, done(`El recurso ${request.params.id} está en la cola`));
      return goTo(request, reply, '/ciclos');
    },
  );
};

/** What may be ordered depends on the role: its readers share their bytes. */
const channelOf = (web: Web, check: ClaimCheck, who: Who): Channel => ({
  key: `ciclos ${who.rol}`,
  concerns: (change) => change.entity === 'any' || change.entity === 'cycle',
  render: async () => web.render('ciclos/live', cyclesModel(web, check, null, who)),
});

const claimState = ({ scheduler }: Web) => scheduler.state().find((one) => one.name === 'reclamar');

const cyclesModel = (web: Web, check: ClaimCheck, key: PageKey | null, who: Who) => {
  const { deps, format } = web;
  const found = findCycles(deps.db, key);
  const state = claimState(web);
  const ids = found.map((row) => row.id);
  const mismatches = findMismatches(deps.db);
  const can = canOf(who);
  return {
    title: 'Ciclos',
    list: presentCycles(found, key, organismosOf(deps.db, ids), format),
    isFirstPage: key === null,
    audit: presentAudit({ ...mismatches, at: lastLook(deps.db, check, mismatches.at) }, format),
    checking: check.running,
    mayForce: can('ciclos.forzar'),
    mayQueue: can('desajustes.encolar'),
    running: state?.running ?? false,
    next: format.instant(state?.nextAt ?? null),
    failingSince: format.instant(state?.failingSince ?? null),
    error: state?.lastError?.message ?? '',
    readOnly: deps.config.ORIGEN_SOLO_LECTURA,
  };
};

/** When both sides were last looked at: by a cycle, or because a person asked. */
const lastLook = (db: Db, check: ClaimCheck, listedAt: string | null): string | null =>
  [listedAt, lastGoodCycle(db), check.endedAt?.toISOString() ?? null]
    .filter((at) => at !== null)
    .sort()
    .at(-1) ?? null;

const detailModel = ({ deps: { db }, format }: Web, idText: string) => {
  const row = /^\d{1,15}$/.test(idText) ? findCycle(db, Number(idText)) : null;
  if (!row) throw new NotFoundError('Ese ciclo no existe.');
  const found = { organismos: organismosOf(db, [row.id]), happened: happenedDuring(db, row), fresh: discardsDuring(db, row) };
  return presentDetail(row, found, format);
};

/** Starts a claim cycle now; answers how far it has come. Its own row tells the rest. @throws WrongStateError */
const force = async (web: Web): Promise<Message> => {
  const error = await whatIsThrown(web, web.scheduler.run('reclamar'));
  if (error instanceof WrongStateError) throw error;
  return toldOf(error);
};

/** What the work throws within the time a person waits: null when it ended well, undefined when it goes on. */
const whatIsThrown = async ({ deps }: Web, work: Promise<unknown>): Promise<unknown> => {
  const ended = work.then(
    () => null,
    (error: unknown) => error,
  );
  const waiting = new AbortController();
  const error = await Promise.race([ended, deps.clock.sleep(patienceMs, waiting.signal).then(() => undefined)]);
  waiting.abort();
  return error;
};

const toldOf = (error: unknown): Message => {
  if (error === undefined)
    return { tone: 'vivo', icon: 'marcha', title: 'El ciclo está en marcha', sentence: 'Esta página lo irá contando.' };
  if (error === null) return done('El ciclo ha terminado');
  const sentence = error instanceof CerebroError ? error.message : 'Su fila de abajo dice por qué.';
  return { tone: 'mal', icon: 'fallo', title: 'El ciclo ha fallado', sentence };
};
