import type { FastifyInstance } from 'fastify';
import { InvalidInputError } from '#server/lib/errors.ts';
import { fieldsOf } from '#server/lib/form.ts';
import { goTo } from '#server/lib/html.ts';
import type { Channel } from '#server/lib/live.ts';
import { cameFrom, ownPath } from '#server/lib/way-back.ts';
import type { Web } from '#server/web.ts';
import { keepTema, temas } from './tema.ts';

/** What the frame itself needs: the stream of pages without one of their own, and the choice of light or dark. */
export const marcoRoutes = (app: FastifyInstance, web: Web): void => {
  app.get('/vivo/marco', { exposeHeadRoute: false, config: { permiso: 'ver' } }, async (request, reply) =>
    web.live.attach(request, reply, channel),
  );

  app.post('/tema', { config: { permiso: 'ver' } }, async (request, reply) => {
    const fields = fieldsOf(request);
    const tema = temas.find((one) => one === fields.tema);
    if (!tema) throw new InvalidInputError({ tema: 'El tema es claro, oscuro o el del sistema.' });
    keepTema(reply, tema);
    return goTo(request, reply, ownPath(fields.vuelta) ?? cameFrom(request) ?? '/');
  });
};

/** It says nothing of its own: the pieces of the frame travel with every stream. */
const channel: Channel = { key: 'marco', concerns: () => false, render: async () => '' };
