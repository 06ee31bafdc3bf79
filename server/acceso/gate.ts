import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Deps } from '#server/deps.ts';
import { type CerebroError, ForbiddenError, UnauthorizedError } from '#server/lib/errors.ts';
import { fromHtmx, wantsPart } from '#server/lib/html.ts';
import { rememberPlace } from './cookies.ts';
import { identify, noteUse, type Seat, type Who } from './identify.ts';
import { leastRol, type Permiso, puede, type Rol } from './permisos.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import { isForwarded, isLoopbackAddress, isLoopbackHost, isOwnOrigin, pagePolicy } from './rules.ts';
import type { FormTokens } from './token.ts';

export type { Who } from './identify.ts';

/** What a route asks of who calls it: an action of permisos.ts, or nothing (`publico`), or to come from this machine. */
export type Needs = Permiso | 'publico' | 'maquina';

/** A route and what it asks. */
export type Told = { readonly method: string; readonly url: string; readonly permiso: Needs | 'según la orden' };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says it: one that does not is not let in (the house does not even start). */
    permiso?: Needs | ((request: FastifyRequest) => Needs);
    /** Called by a program that brings a proof of its own (a header): no page of ours, so neither Origin nor token. */
    conPruebaPropia?: boolean;
  }
  interface FastifyRequest {
    /** null = nobody known. */
    who: Who | null;
    seat: Seat | null;
  }
  interface FastifyInstance {
    /** Every route there is, with what it asks: whoever checks them all cannot overlook one. */
    declared: Told[];
  }
}

/** Whoever asks. @throws UnauthorizedError for nobody, whom the gate lets in at public routes only. */
export const whoOf = (request: FastifyRequest): Who => {
  if (request.who === null) throw unauthorized();
  return request.who;
};

/** What the person who asks may do; templates get it as `it.shell.can`. Nobody may do nothing. */
export const canOf =
  (who: { readonly rol: Rol } | null) =>
  (permiso: Permiso): boolean =>
    who !== null && puede(who.rol, permiso);

const unauthorized = (): UnauthorizedError =>
  new UnauthorizedError('sin_sesion', 'No ha entrado, o su sesión ha terminado: no se ha hecho nada. Entre y vuelva a intentarlo.');

/** Before anything else: who asks. Nothing is refused here, so that refusals have their page. */
export const registerIdentity = (app: FastifyInstance, deps: Deps): void => {
  app.register(cookie);
  app.decorateRequest('who', null);
  app.decorateRequest('seat', null);
  app.addHook('onRequest', async (request) => {
    const { who, seat } = callerOf(deps, request);
    request.who = who;
    request.seat = seat;
    // A page left open keeps its stream alive by itself: that is nobody using the panel.
    if (seat !== null && !request.url.startsWith('/vivo/')) noteUse(deps, seat);
  });
};

/** A probe is answered also while the database cannot be read, which is what it is asked for: then nobody is known. */
const callerOf = (deps: Deps, request: FastifyRequest): { readonly who: Who | null; readonly seat: Seat | null } => {
  try {
    return identify(deps, request);
  } catch (error) {
    if (needsOf(request) !== 'publico' && needsOf(request) !== 'maquina') throw error;
    return { who: null, seat: null };
  }
};

/** Whose the forms of this page are. */
const ownerOf = (seat: Seat | null): string => {
  if (seat?.kind === 'sesion') return `sesion ${seat.hash}`;
  if (seat?.kind === 'proxy') return `proxy ${seat.usuarioId}`;
  return seat?.kind === 'local' ? 'formulario' : owners.nobody;
};

const owners = { nobody: 'acceso' };

/** What the frame of a page says about who reads it. */
export const frameOf = (request: FastifyRequest, tokens: FormTokens) => ({
  token: tokens.of(ownerOf(request.seat)),
  can: canOf(request.who),
  who: request.who === null ? null : { ...request.who, seat: request.seat?.kind },
});

type Gate = { readonly deps: Deps; readonly tokens: FormTokens; readonly refusals: Refusals };

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What every request meets: while there are no users only this machine gets in; afterwards everybody signs in and does
 * what the role allows. What changes something must come from a page of ours (Origin and token), and every answer
 * carries the same strict headers.
 */
export const registerGate = (app: FastifyInstance, deps: Deps, tokens: FormTokens): void => {
  const gate: Gate = { deps, tokens, refusals: createRefusals(deps) };
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'Content-Security-Policy': pagePolicy,
      'Referrer-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
    });
    if (request.seat?.kind === 'local') refuseStrangers(request);
    else if (!isOpenTo(request) && request.who === null) return turnAway(deps, request, reply);
    await refuseWithoutRight(gate, request);
    if (isOrder(request)) await refuseOtherOrigins(gate, request);
  });
  app.addHook('preValidation', async (request) => {
    if (isOrder(request)) await refuseWithoutToken(gate, request);
  });
};

/** Writes down every route declared from now on, in `app.declared`: call it before the first one. */
export const declareRoutes = (app: FastifyInstance): void => {
  app.decorate('declared', []);
  app.addHook('onRoute', (route) => {
    refuseUndeclared(route);
    tell(app, route);
  });
};

/** Denied by default: a route that forgot to say who may call it must not exist. */
const refuseUndeclared = (route: RouteOptions): void => {
  if (route.config?.permiso === undefined) throw new Error(`${route.method} ${route.url} does not say who may call it (config.permiso)`);
};

const tell = (app: FastifyInstance, { method, url, config }: RouteOptions): void => {
  const permiso = config?.permiso;
  if (permiso === undefined) return;
  const told = typeof permiso === 'function' ? 'según la orden' : permiso;
  for (const one of [method].flat()) app.declared.push({ method: one, url, permiso: told });
};

/** What is nowhere asks for as much as a page does, so that a stranger does not learn what there is. */
const needsOf = (request: FastifyRequest): Needs => {
  const permiso = request.routeOptions.config.permiso ?? 'ver';
  return typeof permiso === 'function' ? permiso(request) : permiso;
};

const isOrder = (request: FastifyRequest): boolean => !reads.has(request.method) && request.routeOptions.config.conPruebaPropia !== true;

/** Whether that door stands open without a session. */
const isOpenTo = (request: FastifyRequest): boolean => {
  const needs = needsOf(request);
  return needs === 'publico' || (needs === 'maquina' && isFromThisMachine(request));
};

const isFromThisMachine = (request: FastifyRequest): boolean =>
  isLoopbackAddress(request.socket.remoteAddress) && !isForwarded(request.headers);

/** Also whoever comes through a proxy on this machine, which writes a loopback Host of its own, is a stranger. */
const refuseStrangers = (request: FastifyRequest): void => {
  if (isLoopbackHost(request.headers.host) && isFromThisMachine(request)) return;
  const sentence = 'Mientras no haya usuarios, el panel solo se abre desde esta misma máquina (http://127.0.0.1 o http://localhost).';
  throw new ForbiddenError('solo_esta_maquina', sentence);
};

/** A page sends to the door, and comes back to afterwards; an order is refused; htmx is told where to go instead. */
const turnAway = (deps: Deps, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  if (request.seat?.kind === 'nadie' && request.seat.refusal !== null)
    throw new ForbiddenError('usuario_no_admitido', request.seat.refusal);
  if (reads.has(request.method) && !wantsPart(request)) {
    rememberPlace(deps.config, request, reply);
    return reply.header('Cache-Control', 'no-store').redirect('/acceso', 303);
  }
  if (fromHtmx(request) || wantsPart(request)) reply.header('HX-Redirect', '/acceso');
  throw unauthorized();
};

const refuseWithoutRight = async (gate: Gate, request: FastifyRequest): Promise<void> => {
  const needs = needsOf(request);
  if (needs === 'publico' || needs === 'maquina' || request.who === null || puede(request.who.rol, needs)) return;
  const sentence = `Esto lo puede hacer quien tiene el rol ${leastRol(needs)}${above(leastRol(needs))}; usted entra como ${request.who.rol}.`;
  await refuse(gate, request, new ForbiddenError('sin_permiso', sentence));
};

const above = (rol: Rol): string => (rol === 'administrador' ? '' : ' o uno superior');

const refuseOtherOrigins = async (gate: Gate, request: FastifyRequest): Promise<void> => {
  if (isOwnOrigin(request.headers.origin, request, gate.deps.config.URL_PUBLICA)) return;
  const sentence = 'La orden no viene de una página de este panel: no se ha hecho nada.';
  await refuse(gate, request, new ForbiddenError('origen_no_permitido', sentence));
};

const refuseWithoutToken = async (gate: Gate, request: FastifyRequest): Promise<void> => {
  const field = [(request.body as Record<string, unknown> | null | undefined)?._csrf].flat().at(-1);
  const given = request.headers['x-csrf-token'] || field;
  if (gate.tokens.matches(ownerOf(request.seat), given)) return;
  // The door's own form may have been opened before somebody signed in from the next tab.
  if (needsOf(request) === 'publico' && gate.tokens.matches(owners.nobody, given)) return;
  const sentence = 'La página desde la que se ha dado la orden ya no vale: vuelva a abrirla e inténtelo otra vez.';
  await refuse(gate, request, new ForbiddenError('pagina_caducada', sentence));
};

/** Whoever is known and tried to change something stays in the book. */
const refuse = async ({ refusals }: Gate, request: FastifyRequest, error: CerebroError): Promise<never> => {
  if (request.who !== null && !reads.has(request.method)) await refusals.note(request, request.who, error.message);
  throw error;
};
