import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { ForbiddenError } from '#server/lib/errors.ts';
import { type Permiso, puede, type Rol } from './permisos.ts';
import { isLoopbackHost, isOwnOrigin, pagePolicy } from './rules.ts';
import type { FormToken } from './token.ts';

/** Who asks or orders something, and what that person may do. */
export type Who = { readonly usuario: string; readonly host: string; readonly rol: Rol };

/** What a route asks of who calls it: an action of permisos.ts, or nothing (`publico`), or to come from this machine. */
export type Needs = Permiso | 'publico' | 'maquina';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says it: one that does not is not let in (the house does not even start). */
    permiso?: Needs | ((request: FastifyRequest) => Needs);
  }
}

/** Until there are users, whoever sits at this machine. */
export const whoOf = (request: FastifyRequest): Who => ({ usuario: 'operador local', host: request.ip, rol: 'administrador' });

/** What the person who asks may do; templates get it as `it.shell.can`. */
export const canOf =
  ({ rol }: Pick<Who, 'rol'>) =>
  (permiso: Permiso): boolean =>
    puede(rol, permiso);

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What every request meets first: only this machine gets in while there are no users, what changes something must come
 * from a page of ours (Origin and token), and every answer carries the same strict headers.
 */
export const registerGate = (app: FastifyInstance, token: FormToken): void => {
  app.addHook('onRoute', refuseUndeclared);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'Content-Security-Policy': pagePolicy,
      'Referrer-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
    refuseStrangers(request);
    if (!reads.has(request.method)) refuseOtherOrigins(request);
  });
  app.addHook('preValidation', async (request) => {
    if (!reads.has(request.method)) refuseWithoutToken(request, token);
  });
};

/** Denied by default: a route that forgot to say who may call it must not exist. */
const refuseUndeclared = (route: RouteOptions): void => {
  if (route.config?.permiso !== undefined) return;
  if (!route.url.startsWith('/publico/')) throw new Error(`${route.method} ${route.url} does not say who may call it (config.permiso)`);
  route.config = { ...route.config, permiso: 'publico' };
};

const refuseStrangers = (request: FastifyRequest): void => {
  if (isLoopbackHost(request.headers.host)) return;
  const sentence = 'Mientras no haya usuarios, el panel solo se abre desde esta misma máquina (http://127.0.0.1 o http://localhost).';
  throw new ForbiddenError('solo_esta_maquina', sentence);
};

const refuseOtherOrigins = (request: FastifyRequest): void => {
  if (isOwnOrigin(request.headers.origin, request)) return;
  throw new ForbiddenError('origen_no_permitido', 'La orden no viene de una página de este panel: no se ha hecho nada.');
};

const refuseWithoutToken = (request: FastifyRequest, token: FormToken): void => {
  const field = (request.body as Record<string, unknown> | null | undefined)?._csrf;
  if (token.matches(request.headers['x-csrf-token'] ?? field)) return;
  throw new ForbiddenError(
    'pagina_caducada',
    'La página desde la que se ha dado la orden ya no vale: vuelva a abrirla e inténtelo otra vez.',
  );
};
