import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ForbiddenError, InvalidInputError } from '#server/lib/errors.ts';
import { fieldsOf } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import type { Web } from '#server/web.ts';
import { giveSession, recallPlace, takeSession } from './cookies.ts';
import { entrar } from './entrar.ts';
import { nameOf, type Texts } from './fields.ts';
import { whoOf } from './gate.ts';
import { sessionHashOf } from './identify.ts';
import { presentDoor, presentFirst, restSentence, wrongSentence } from './present.ts';
import { createFirst, refuseSpentLink } from './primera.ts';
import { hasUsers } from './queries.ts';
import { salir } from './salir.ts';

type First = { Params: { token: string } };

/** `/acceso`: the door, the way out, and the page that makes the first administrator. */
export const accesoRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  const open = { config: { permiso: 'publico' } } as const;
  /** Once somebody can sign in there is no first one to make, and a stranger meets the door like anywhere else. */
  const whileEmpty = { config: { permiso: () => (hasUsers(deps.db) ? 'ver' : 'publico') } } as const;

  app.get('/acceso', open, async (request, reply) => {
    refuseNamed(request);
    if (request.who !== null) return goTo(request, reply, '/');
    return showDoor(request, reply, { usuario: '', refusal: '', status: 200 });
  });

  app.post('/acceso', open, async (request, reply) => {
    refuseNamed(request);
    // Without users there is nothing to sign in to, and whom the proxy names is in already.
    if (request.seat?.kind === 'local' || request.seat?.kind === 'proxy') return goTo(request, reply, '/');
    const { usuario = '', clave = '' } = fieldsOf(request);
    const answer = await entrar(deps, { usuario, clave, host: request.ip, before: sessionHashOf(request) });
    if (!answer.entered) return refuseEntry(request, reply, usuario, answer.restMs);
    giveSession(deps.config, request, reply, answer.secret);
    return goTo(request, reply, recallPlace(deps.config, request, reply));
  });

  app.post('/acceso/salir', { config: { permiso: 'cuenta.propia' } }, async (request, reply) => {
    if (request.seat?.kind === 'sesion') await salir(deps, request.seat.hash, whoOf(request));
    takeSession(deps.config, request, reply);
    return goTo(request, reply, '/acceso');
  });

  app.get<First>('/acceso/primera/:token', whileEmpty, async (request, reply) => {
    refuseSpentLink(deps, web.firstLink ?? null, request.params.token);
    return showFirst(request, reply, {}, {});
  });

  app.post<First>('/acceso/primera/:token', whileEmpty, async (request, reply) => {
    const link = refuseSpentLink(deps, web.firstLink ?? null, request.params.token);
    const fields = fieldsOf(request);
    try {
      giveSession(deps.config, request, reply, await createFirst(deps, { link, fields, host: request.ip }));
    } catch (error) {
      if (error instanceof InvalidInputError) return showFirst(request, reply, fields, error.fields);
      throw error;
    }
    return goTo(request, reply, '/');
  });
};

/** Whom the proxy names and this panel does not take would only go round in circles here. */
const refuseNamed = ({ seat }: FastifyRequest): void => {
  if (seat?.kind === 'nadie' && seat.refusal !== null) throw new ForbiddenError('usuario_no_admitido', seat.refusal);
};

const refuseEntry = (request: FastifyRequest, reply: FastifyReply, usuario: string, restMs: number): ReturnType<typeof show> => {
  const typed = nameOf(usuario).slice(0, 64);
  if (restMs === 0) return showDoor(request, reply, { usuario: typed, refusal: wrongSentence, status: 422 });
  reply.header('Retry-After', Math.ceil(restMs / 1000));
  return showDoor(request, reply, { usuario: typed, refusal: restSentence(restMs), status: 429 });
};

const showDoor = (request: FastifyRequest, reply: FastifyReply, door: { usuario: string; refusal: string; status: number }) => {
  const model = presentDoor(door.usuario, door.refusal);
  return show(request, reply, { page: 'acceso/page', part: 'acceso/form', model, status: door.status });
};

const showFirst = (request: FastifyRequest, reply: FastifyReply, values: Texts, reasons: Texts) => {
  const status = Object.keys(reasons).length > 0 ? 422 : 200;
  return show(request, reply, { page: 'acceso/primera', part: 'acceso/primera-form', model: presentFirst(values, reasons), status });
};
