import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Permiso } from '#server/acceso/permisos.ts';
import { countActive } from '#server/acceso/queries.ts';
import { done, flash } from '#server/lib/flash.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Web } from '#server/web.ts';
import { createDoorWatch } from './door-watch.ts';
import { checkDoors, partsOff } from './doors.ts';
import { judgeSystem, presentCycle, presentDoor, presentSettings } from './present.ts';
import { ticketDoors } from './ticket-doors.ts';

/** `/sistema`, the two probes, and running a cycle of the clock by its name. */
export const sistemaRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps, format, scheduler } = web;
  const watch = createDoorWatch(deps);

  app.get('/sistema', { config: { permiso: 'ver' } }, async (request, reply) => {
    const doors = [...(await checkDoors(deps)), ...ticketDoors(deps), ...partsOff(countActive(deps.db))];
    const cycles = scheduler.state();
    const model = {
      title: 'Sistema',
      verdict: judgeSystem(doors, cycles),
      doors: doors.map(presentDoor),
      cycles: cycles.map((state) => presentCycle(state, format)),
      settings: presentSettings(deps),
    };
    return show(request, reply, { page: 'sistema/page', model });
  });

  app.get('/salud', { config: { permiso: 'publico' } }, async (_request, reply) => {
    reply.header('Cache-Control', 'no-store');
    return { estado: 'vivo', instante: deps.clock.now().toISOString() };
  });

  app.get('/listo', { config: { permiso: 'maquina' } }, async (_request, reply) => {
    const doors = await watch.now();
    const ready = doors.every((door) => door.state !== 'mal');
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
const shownAt: Readonly<Record<string, string>> = { reclamar: '/ciclos', sincronizar: '/equipos' };

/** Those who command the launcher bring its robots and machines up to date too. */
const permisoToRun = (request: FastifyRequest): Permiso =>
  (request.params as Named['Params']).nombre === 'sincronizar' ? 'lanzador.mandar' : 'sistema.mandar';
