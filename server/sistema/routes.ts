import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, type Who, whoOf } from '#server/acceso/gate.ts';
import type { Permiso } from '#server/acceso/permisos.ts';
import { countActive } from '#server/acceso/queries.ts';
import { guardarAjustes } from '#server/ajustes/guardar.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, orShow, show } from '#server/lib/html.ts';
import { pausarCiclo } from '#server/mantenimiento/pausar-ciclo.ts';
import { maintenanceOf, pausedCycles } from '#server/mantenimiento/queries.ts';
import { reanudarCiclo } from '#server/mantenimiento/reanudar-ciclo.ts';
import { countOrganismos } from '#server/organismos/queries.ts';
import { version } from '#server/version.ts';
import type { Web } from '#server/web.ts';
import { lastArranques, restingNow } from './arranques.ts';
import { checkCertificate, type Door, databaseDoor, partsOff } from './doors.ts';
import { logFolder } from './log-files.ts';
import { findLines } from './log-search.ts';
import { doorLine, judgeSystem, presentArranques, presentDoor, presentLogs, presentSettings } from './present.ts';
import { pauseQuestion, presentCycle } from './present-cycles.ts';
import { presentLines } from './present-lines.ts';
import { firstSteps, judgeSteps } from './primeros-pasos.ts';
import { lastCopy } from './queries.ts';
import { noteSupport, supportBundle, supportName } from './soporte.ts';
import { cycleWord } from './words.ts';

/** `/sistema`, the two probes, and running, pausing and resuming a cycle of the clock by its name. */
export const sistemaRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps, scheduler, watch } = web;
  const showSystem = async (request: FastifyRequest, reply: FastifyReply, refused: Refused) =>
    show(request, reply, {
      page: 'sistema/page',
      model: await modelOf(web, await doorsWithin(web, knockAgainMs), whoOf(request), refused),
      status: 422,
    });
  supportRoutes(app, web, { refuse: (request, reply, nivel) => showSystem(request, reply, { nivel }) });

  app.get('/sistema', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'sistema/page', model: await modelOf(web, await doorsWithin(web, 0), whoOf(request)) }),
  );

  app.get('/vivo/sistema', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, {
      key: `sistema ${whoOf(request).rol}`,
      concerns: ({ entity }) => entity === 'cycle' || entity === 'any',
      render: async () => web.render('sistema/live', await modelOf(web, await doorsWithin(web, knockAgainMs), whoOf(request))),
    }),
  );

  app.get('/salud', { config: { permiso: 'publico' } }, async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
    return { estado: 'vivo', instante: deps.clock.now().toISOString() };
  });

  app.get('/listo', { config: { permiso: 'maquina' } }, async (_request, reply) => {
    const doors = await watch.within(momentMs);
    // While who counts tickets does not answer, everything else works, and machines stay where they are.
    const ready = doors.every((door) => door.state !== 'mal' || door.isExtra);
    reply.code(ready ? 200 : 503).header('Cache-Control', 'no-store');
    return {
      listo: ready,
      // Nothing to read it from while the database is shut.
      mantenimiento: doors.some(({ name, state }) => name === databaseDoor && state === 'mal') ? null : maintenanceOf(deps.db),
      puertas: doors.map(({ name, state, detail }) => ({ puerta: name, estado: state, motivo: detail })),
    };
  });

  app.post<Named>('/sistema/ciclos/:nombre', { config: { permiso: permisoToRun } }, async (request, reply) => {
    await scheduler.run(request.params.nombre);
    flash(reply, done(`Ha terminado: ${cycleWord(request.params.nombre)}`));
    return goTo(request, reply, shownAt[request.params.nombre] ?? '/sistema');
  });

  app.post<Named>('/sistema/ciclos/:nombre/pausar', { config: { permiso: permisoToRun } }, async (request, reply) => {
    const ciclo = nameOf(web, request.params.nombre);
    const motivo = fieldsOf(request).motivo?.trim() ?? '';
    return orShow(
      async () => {
        await pausarCiclo(deps, { ciclo, motivo }, whoOf(request));
        flash(reply, done(`En pausa: ${cycleWord(ciclo)}`, 'No vuelve a ir solo hasta que alguien lo reanude.'));
        return goTo(request, reply, '/sistema');
      },
      ({ motivo: problem = '' }) => showSystem(request, reply, { cycle: { ciclo, value: motivo, problem } }),
    );
  });

  app.post<Named>('/sistema/ciclos/:nombre/reanudar', { config: { permiso: permisoToRun } }, async (request, reply) => {
    const ciclo = nameOf(web, request.params.nombre);
    const wasPaused = await reanudarCiclo(deps, ciclo, whoOf(request));
    flash(reply, done(wasPaused ? `Reanudado: ${cycleWord(ciclo)}` : 'No estaba en pausa'));
    return goTo(request, reply, '/sistema');
  });
};

/** Doors asked longer ago than this are asked again for who looks on; who opens the page has them asked at once. */
const knockAgainMs = 30_000;

/** A probe that asks again within so long gets the same answer: hammering costs those outside nothing. */
const momentMs = 1000;

/** What every door answered at most so long ago, and who may come in. */
const doorsWithin = async ({ deps, watch }: Web, ms: number): Promise<readonly Door[]> => [
  ...(await watch.within(ms)),
  ...partsOff(countActive(deps.db)),
];

/** What was asked for and is not possible: a pause without a reason, or a level of the logs there is not. */
type Refused = {
  readonly cycle?: { readonly ciclo: string; readonly value: string; readonly problem: string };
  readonly nivel?: { readonly nivel: string; readonly reason: string };
};

const modelOf = async ({ deps, format, scheduler }: Web, doors: readonly Door[], who: Who, { cycle, nivel }: Refused = {}) => {
  const cycles = scheduler.state();
  const pauses = { house: maintenanceOf(deps.db), cycles: pausedCycles(deps.db) };
  const can = canOf(who);
  const views = cycles.map((state) => presentCycle(state, pauses, can(permisoOf(state.name)), format));
  const ordered = views.filter(({ may }) => may);
  return {
    ...{ title: 'Sistema', version, inMaintenance: pauses.house !== null },
    verdict: judgeSystem({ doors, cycles, pauses, resting: restingNow(deps) }, format),
    doors: doors.map(presentDoor),
    cycles: views,
    ordering: ordered.length > 0,
    questions: ordered.map(({ name }) => pauseQuestion(name, cycle?.ciclo === name ? cycle : {})),
    arranques: presentArranques(lastArranques(deps.db), format),
    settings: presentSettings(deps),
    logs: presentLogs(deps, nivel ?? null),
  };
};

/** @throws NotFoundError */
const nameOf = ({ scheduler }: Web, nombre: string): string => {
  if (scheduler.state().some(({ name }) => name === nombre)) return nombre;
  throw new NotFoundError(`No hay ningún ciclo que se llame «${nombre}».`);
};

type Named = { Params: { nombre: string } };

/** Where what a cycle did is seen. */
const shownAt: Readonly<Record<string, string>> = { reclamar: '/ciclos', sincronizar: '/equipos', avisar: '/avisos/envios' };

/** Those who command the launcher bring its robots and machines up to date too. */
const permisoOf = (nombre: string): Permiso => (nombre === 'sincronizar' ? 'lanzador.mandar' : 'sistema.mandar');

const permisoToRun = (request: FastifyRequest): Permiso => permisoOf((request.params as Named['Params']).nombre);

/** How `/sistema` is shown again. */
type Shown = {
  refuse(request: FastifyRequest, reply: FastifyReply, nivel: { readonly nivel: string; readonly reason: string }): Promise<unknown>;
};

/** For whoever keeps it alive: the detail of the logs, what is sent to support, and the first steps. */
const supportRoutes = (app: FastifyInstance, web: Web, shown: Shown): void => {
  const { deps, format } = web;

  app.get('/sistema/registros', { config: { permiso: 'sistema.mandar' } }, async (request, reply) => {
    const text = queryText(request, 'q').trim().slice(0, 200);
    const model = presentLines(await findLines(logFolder(deps.config), text), text, format);
    return show(request, reply, { page: 'sistema/lineas', model });
  });

  app.post('/sistema/registros', { config: { permiso: 'sistema.mandar' } }, async (request, reply) => {
    const { nivel = '' } = fieldsOf(request);
    const act = async () => {
      await guardarAjustes(deps, { LOG_NIVEL: nivel }, whoOf(request));
      flash(reply, done(`Detalle de los registros: ${nivel}`));
      return goTo(request, reply, '/sistema#registros');
    };
    return orShow(act, (reasons) => shown.refuse(request, reply, { nivel, reason: reasons.LOG_NIVEL ?? '' }));
  });

  app.post('/sistema/soporte', { config: { permiso: 'sistema.mandar' } }, async (request, reply) => {
    const doors = (await doorsWithin(web, 0)).map(doorLine);
    const bytes = await supportBundle(deps, { doors, cycles: web.scheduler.state() });
    await noteSupport(deps, whoOf(request));
    reply.headers({ 'Content-Disposition': `attachment; filename="${supportName(deps)}"`, 'Cache-Control': 'no-store' });
    return reply.type('application/zip').send(Buffer.from(bytes));
  });

  app.get('/sistema/primeros-pasos', { config: { permiso: 'ver' } }, async (request, reply) => {
    const { db, config } = deps;
    const [doors, certificate] = await Promise.all([doorsWithin(web, 0), checkCertificate(deps)]);
    const found = {
      doors,
      certificate,
      copy: lastCopy(db),
      organismos: countOrganismos(db),
      config,
    };
    const steps = firstSteps(found, format);
    const model = { title: 'Primeros pasos', verdict: judgeSteps(steps), steps };
    return show(request, reply, { page: 'sistema/primeros-pasos', model });
  });
};
