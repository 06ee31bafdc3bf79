import type { FastifyInstance } from 'fastify';
import { whoOf } from '#server/acceso/gate.ts';
import { WrongStateError } from '#server/lib/errors.ts';
import { queryText } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { type PageKey, parsePageKey } from '#server/lib/page.ts';
import { adopt } from '#server/recursos/adopt.ts';
import { findMismatches } from '#server/recursos/queries.ts';
import type { Web } from '#server/web.ts';
import { presentCycles, presentMismatch } from './present.ts';
import { findCycles, organismosOf } from './queries.ts';

/** A forced cycle that ends within this time is already on the page the person is sent to. */
const patienceMs = 2000;

/** `/ciclos`, its stream, *Forzar ciclo* and the repair of what is out of step. */
export const ciclosRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/ciclos', { config: { permiso: 'ver' } }, async (request, reply) => {
    const model = cyclesModel(web, parsePageKey(queryText(request, 'pagina')));
    return show(request, reply, { page: 'ciclos/page', part: 'ciclos/part', model });
  });

  app.get('/vivo/ciclos', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, channel),
  );

  app.post('/ciclos', { config: { permiso: 'ciclos.forzar' } }, async (request, reply) => {
    await force(web);
    return goTo(request, reply, '/ciclos');
  });

  app.post<{ Params: { id: string } }>(
    '/ciclos/desajustes/:id/encolar',
    { config: { permiso: 'desajustes.encolar' } },
    async (request, reply) => {
      await adopt(web.deps, request.params.id, whoOf(request));
      return goTo(request, reply, '/ciclos');
    },
  );

  const channel: Channel = {
    key: 'ciclos',
    concerns: (change) => change.entity === 'any' || change.entity === 'cycle',
    render: async () => web.render('ciclos/live', cyclesModel(web, null)),
  };
};

const cyclesModel = (web: Web, key: PageKey | null) => {
  const { deps, format } = web;
  const found = findCycles(deps.db, key);
  const mismatches = findMismatches(deps.db);
  const state = web.scheduler.state().find((one) => one.name === 'reclamar');
  const ids = found.map((row) => row.id);
  return {
    title: 'Ciclos',
    list: presentCycles(found, key, organismosOf(deps.db, ids), format),
    isFirstPage: key === null,
    mismatches: mismatches.rows.map((row) => presentMismatch(row, format)),
    mismatchCount: mismatches.total,
    running: state?.running ?? false,
    next: format.instant(state?.nextAt ?? null),
    failingSince: format.instant(state?.failingSince ?? null),
    error: state?.lastError?.message ?? '',
    readOnly: deps.config.ORIGEN_SOLO_LECTURA,
  };
};

/** Starts a claim cycle now. How it ends is told by its own row; it is only waited for a moment. @throws WrongStateError */
const force = async ({ scheduler, deps }: Web): Promise<void> => {
  const ended = scheduler.run('reclamar').then(
    () => null,
    (error: unknown) => error,
  );
  const waiting = new AbortController();
  const error = await Promise.race([ended, deps.clock.sleep(patienceMs, waiting.signal)]);
  waiting.abort();
  if (error instanceof WrongStateError) throw error;
};
