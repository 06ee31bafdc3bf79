import type { FastifyInstance, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf } from '#server/lib/form.ts';
import { goTo, orShow, show } from '#server/lib/html.ts';
import type { Web } from '#server/web.ts';
import { empezar } from './empezar.ts';
import { presentBanner } from './present.ts';
import { maintenanceOf } from './queries.ts';
import { terminar } from './terminar.ts';

const mandar = { config: { permiso: 'mantenimiento.mandar' } } as const;

/** `/mantenimiento`: pausing the whole house with a reason, and letting it work again. */
export const mantenimientoRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;

  app.get('/mantenimiento', { config: { permiso: 'ver' } }, async (request, reply) =>
    show(request, reply, { page: 'mantenimiento/page', model: modelOf(web, request) }),
  );

  app.post('/mantenimiento', mandar, async (request, reply) => {
    const motivo = fieldsOf(request).motivo?.trim() ?? '';
    return orShow(
      async () => {
        await empezar(deps, motivo, whoOf(request));
        flash(reply, done('En mantenimiento', 'No empieza nada nuevo hasta que alguien lo termine.'));
        return goTo(request, reply, '/mantenimiento');
      },
      ({ motivo: problem = '' }) =>
        show(request, reply, { page: 'mantenimiento/page', model: modelOf(web, request, { value: motivo, problem }), status: 422 }),
    );
  });

  app.post('/mantenimiento/fin', mandar, async (request, reply) => {
    const wasPaused = await terminar(deps, whoOf(request));
    flash(reply, done(wasPaused ? 'Fin del mantenimiento: se vuelve a trabajar' : 'No había ningún mantenimiento'));
    return goTo(request, reply, '/mantenimiento');
  });
};

type Typed = { readonly value: string; readonly problem: string };

const modelOf = ({ deps, format }: Web, request: FastifyRequest, typed: Typed = { value: '', problem: '' }) => ({
  title: 'Mantenimiento',
  paused: presentBanner(maintenanceOf(deps.db), format),
  may: canOf(whoOf(request))('mantenimiento.mandar'),
  typed,
});
