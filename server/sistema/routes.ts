import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { whoOf } from '#server/acceso/gate.ts';
import type { Permiso } from '#server/acceso/permisos.ts';
import { countActive } from '#server/acceso/queries.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf } from '#server/lib/form.ts';
import { goTo, orShow, show } from '#server/lib/html.ts';
import { countOrganismos } from '#server/organismos/queries.ts';
import type { Web } from '#server/web.ts';
import { createDoorWatch } from './door-watch.ts';
import { checkCertificate, checkDoors, partsOff, toldDoors } from './doors.ts';
import { ponerNivel } from './poner-nivel.ts';
import { doorLine, judgeSystem, presentCycle, presentDoor, presentLogs, presentSettings } from './present.ts';
import { firstSteps, judgeSteps } from './primeros-pasos.ts';
import { lastCopy } from './queries.ts';
import { noteSupport, supportBundle, supportName } from './soporte.ts';
import { ticketDoors } from './ticket-doors.ts';

/** `/sistema`, the two probes, and running a cycle of the clock by its name. */
export const sistemaRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps, format, scheduler } = web;
  const watch = createDoorWatch(deps);

  const knockAll = async () => [...(await checkDoors(deps)), ...ticketDoors(deps), ...toldDoors(deps), ...partsOff(countActive(deps.db))];

  const showSystem = async (request: FastifyRequest, reply: FastifyReply, refused: { nivel: string; reason: string } | null = null) => {
    const doors = await knockAll();
    const cycles = scheduler.state();
    const model = {
      title: 'Sistema',
      verdict: judgeSystem(doors, cycles),
      doors: doors.map(presentDoor),
      cycles: cycles.map((state) => presentCycle(state, format)),
      settings: presentSettings(deps),
      logs: presentLogs(deps, refused),
    };
    return show(request, reply, { page: 'sistema/page', model, status: refused === null ? 200 : 422 });
  };

  app.get('/sistema', { config: { permiso: 'ver' } }, async (request, reply) => showSystem(request, reply));

  app.post('/sistema/registros', { config: { permiso: 'sistema.mandar' } }, async (request, reply) => {
    const { nivel = '' } = fieldsOf(request);
    const act = async () => {
      await ponerNivel(deps, nivel, whoOf(request));
      flash(reply, done(`Detalle de los registros: ${nivel}`));
      return goTo(request, reply, '/sistema#registros');
    };
    return orShow(act, (reasons) => showSystem(request, reply, { nivel, reason: reasons.nivel ?? '' }));
  });

  app.post('/sistema/soporte', { config: { permiso: 'sistema.mandar' } }, async (request, reply) => {
    const doors = (await knockAll()).map(doorLine);
    const bytes = await supportBundle(deps, { doors, cycles: scheduler.state() });
    await noteSupport(deps, whoOf(request));
    reply.headers({ 'Content-Disposition': `attachment; filename="${supportName(deps)}"`, 'Cache-Control': 'no-store' });
    return reply.type('application/zip').send(Buffer.from(bytes));
  });

  app.get('/sistema/primeros-pasos', { config: { permiso: 'ver' } }, async (request, reply) => {
    const { db, config } = deps;
    const [doors, certificate] = await Promise.all([checkDoors(deps), checkCertificate(deps)]);
    const found = {
      doors: [...doors, ...toldDoors(deps), ...partsOff(countActive(db))],
      certificate,
      copy: lastCopy(db),
      organismos: countOrganismos(db),
      config,
    };
    const steps = firstSteps(found, format);
    const model = { title: 'Primeros pasos', verdict: judgeSteps(steps), steps };
    return show(request, reply, { page: 'sistema/primeros-pasos', model });
  });

  app.get('/salud', { config: { permiso: 'publico' } }, async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
    return { estado: 'vivo', instante: deps.clock.now().toISOString() };
  });

  app.get('/listo', { config: { permiso: 'maquina' } }, async (_request, reply) => {
    const doors = await watch.now();
    // While who counts tickets does not answer, everything else works, and machines stay where they are.
    const ready = doors.every((door) => door.state !== 'mal' || door.isExtra);
    reply.code(ready ? 200 : 503).header('Cache-Control', 'no-store');
    return { listo: ready, puertas: doors.map(({ name, state, detail }) => ({ puerta: name, estado: state, motivo: detail })) };
  });

  app.post<Named>('/sistema/ciclos/:nombre', { config: { permiso: permisoToRun } }, async (request, reply) => {
    await scheduler.run(request.params.nombre);
    flash(reply, done(`Ha terminado: ${request.params.nombre}`));
    return goTo(request, reply, shownAt[request.params.nombre] ?? '/sistema');
  });
};

type Named = { Params: { nombre: string } };

/** Where what a cycle did is seen. */
const shownAt: Readonly<Record<string, string>> = { reclamar: '/ciclos', sincronizar: '/equipos', avisar: '/avisos/envios' };

/** Those who command the launcher bring its robots and machines up to date too. */
const permisoToRun = (request: FastifyRequest): Permiso =>
  (request.params as Named['Params']).nombre === 'sincronizar' ? 'lanzador.mandar' : 'sistema.mandar';
