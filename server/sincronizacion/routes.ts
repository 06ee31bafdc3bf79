import type { FastifyInstance } from 'fastify';
import { whoOf } from '#server/acceso/gate.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf } from '#server/lib/form.ts';
import { goTo } from '#server/lib/html.ts';
import type { Web } from '#server/web.ts';
import { aceptarBajas } from './aceptar-bajas.ts';

/** What a person decides about a listing of A360, on the pages of robots and equipos. */
export const sincronizacionRoutes = (app: FastifyInstance, { deps }: Web): void => {
  for (const que of ['robots', 'equipos'] as const)
    app.post(`/sincronizacion/${que}/bajas`, { config: { permiso: 'robots.editar' } }, async (request, reply) => {
      const many = await aceptarBajas(deps, que, fieldsOf(request).bajas ?? '', whoOf(request));
      flash(reply, done(many === 1 ? 'Baja confirmada' : `${many} bajas confirmadas`));
      return goTo(request, reply, `/${que}`);
    });
};
