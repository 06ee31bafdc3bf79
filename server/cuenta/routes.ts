import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { takeSession } from '#server/acceso/cookies.ts';
import type { Texts } from '#server/acceso/fields.ts';
import { whoOf } from '#server/acceso/gate.ts';
import { idleBefore } from '#server/acceso/rules.ts';
import { InvalidInputError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { findListed, sessionsOf } from '#server/usuarios/queries.ts';
import type { Web } from '#server/web.ts';
import { cambiarClave } from './cambiar-clave.ts';
import { presentAccount } from './present.ts';
import { terminar } from './terminar.ts';

/** `/cuenta`: the own password and the own sessions. */
export const cuentaRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  const config = { permiso: 'cuenta.propia' } as const;

  app.get('/cuenta', { config }, async (request, reply) => {
    if (request.seat?.kind === 'local') return show(request, reply, { page: 'cuenta/nobody', model: { title: 'Su cuenta' } });
    return showAccount(web, request, reply, { reasons: {}, refusal: '', done: queryText(request, 'hecho') === 'clave', status: 200 });
  });

  app.post('/cuenta/clave', { config }, async (request, reply) => {
    const { usuarioId, own } = placeOf(request);
    try {
      const restMs = await cambiarClave(deps, { usuarioId, fields: fieldsOf(request), but: own }, whoOf(request));
      if (restMs > 0) return showRest(web, request, reply, restMs);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return showAccount(web, request, reply, { reasons: error.fields, refusal: '', done: false, status: 422 });
    }
    return goTo(request, reply, '/cuenta?hecho=clave');
  });

  app.post<{ Params: { id: string } }>('/cuenta/sesiones/:id', { config }, async (request, reply) => {
    const { usuarioId, own } = placeOf(request);
    const ended = await terminar(deps, usuarioId, request.params.id, whoOf(request));
    if (ended !== own) return goTo(request, reply, '/cuenta');
    takeSession(deps.config, request, reply);
    return goTo(request, reply, '/acceso');
  });
};

/** Who has an account here, and the session it looks from. @throws WrongStateError while there are no users */
const placeOf = ({ seat }: FastifyRequest): { usuarioId: number; own: string | null } => {
  if (seat?.kind === 'sesion') return { usuarioId: seat.usuarioId, own: seat.hash };
  if (seat?.kind === 'proxy') return { usuarioId: seat.usuarioId, own: null };
  throw new WrongStateError('sin_usuarios', 'Mientras no haya usuarios no hay contraseña que cambiar ni sesión que terminar.');
};

const showRest = (web: Web, request: FastifyRequest, reply: FastifyReply, restMs: number): ReturnType<typeof show> => {
  reply.header('Retry-After', Math.ceil(restMs / 1000));
  const refusal = `Demasiados intentos seguidos: espere ${Math.ceil(restMs / 60_000)} min y vuelva a intentarlo.`;
  return showAccount(web, request, reply, { reasons: {}, refusal, done: false, status: 429 });
};

type Said = { readonly reasons: Texts; readonly refusal: string; readonly done: boolean; readonly status: number };

const showAccount = (web: Web, request: FastifyRequest, reply: FastifyReply, { status, ...said }: Said): ReturnType<typeof show> => {
  const { deps, format } = web;
  const { usuarioId, own } = placeOf(request);
  const since = idleBefore(deps.clock.now(), readLiveSettings(deps.db, deps.config).INTERFAZ_WEB_SESION_TIMEOUT_MIN);
  const user = findListed(deps.db, usuarioId, since);
  if (!user) throw new NotFoundError('Ese usuario ya no existe.');
  const sessions = sessionsOf(deps.db, usuarioId, since);
  return show(request, reply, { page: 'cuenta/page', model: presentAccount({ user, sessions, own }, format, said), status });
};
