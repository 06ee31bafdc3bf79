import type {} from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';
import type { Deps } from '#server/deps.ts';
import { canonicalAddress } from '#server/lib/address.ts';
import { isoNow } from '#server/lib/clock.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { Rol } from './permisos.ts';
import { findByName, findSession, hasUsers, type Session } from './queries.ts';
import { bareName, idleBefore } from './rules.ts';
import { closeSession, hashOf, looksLikeSecret } from './sesiones.ts';

/** Who asks or orders something, and what that person may do. */
export type Who = { readonly usuario: string; readonly host: string; readonly rol: Rol };

/** How somebody is known: by sitting at this machine (while there are no users), by a session, by the proxy, or not at all. */
export type Seat =
  | { readonly kind: 'local' }
  | { readonly kind: 'sesion'; readonly usuarioId: number; readonly hash: string; readonly seenAt: string }
  | { readonly kind: 'proxy'; readonly usuarioId: number }
  /** `refusal`: the sentence for somebody the proxy names and this panel does not take. */
  | { readonly kind: 'nadie'; readonly refusal: string | null };

export type Caller = { readonly who: Who | null; readonly seat: Seat };

export const sessionCookie = 'cerebro_sesion';

type IdentifyDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'log'>;

export const identify = (deps: IdentifyDeps, request: FastifyRequest): Caller => {
  if (!hasUsers(deps.db)) return { who: { usuario: 'operador local', host: request.ip, rol: 'administrador' }, seat: { kind: 'local' } };
  const named = namedByProxy(deps, request);
  return named === null ? bySession(deps, request) : byProxy(deps, named, request);
};

/** The hash of the session the cookie names, whether or not it is still open; null without one. */
export const sessionHashOf = (request: FastifyRequest): string | null => {
  const secret = request.cookies[sessionCookie];
  return looksLikeSecret(secret) ? hashOf(secret) : null;
};

const nobody: Caller = { who: null, seat: { kind: 'nadie', refusal: null } };

/** Only the proxy itself is believed, by the address at the other end of the socket: a header can be written by anybody. */
const namedByProxy = ({ config }: IdentifyDeps, request: FastifyRequest): string | null => {
  const { PROXY_USUARIO_CABECERA: header, PROXY_DIRECCIONES: addresses } = config;
  if (header === undefined || addresses === undefined) return null;
  const peer = canonicalAddress(request.socket.remoteAddress);
  if (!addresses.some((address) => canonicalAddress(address) === peer)) return null;
  const given = request.headers[header];
  return typeof given === 'string' && given.trim() !== '' ? given : null;
};

const byProxy = ({ db }: IdentifyDeps, named: string, request: FastifyRequest): Caller => {
  const user = findByName(db, bareName(named));
  if (user?.activo === 1)
    return { who: { usuario: user.usuario, host: request.ip, rol: user.rol }, seat: { kind: 'proxy', usuarioId: user.usuario_id } };
  const refusal = `El usuario «${bareName(named).slice(0, 64)}» no puede entrar en este panel: pida a un administrador que lo dé de alta o lo active.`;
  return { who: null, seat: { kind: 'nadie', refusal } };
};

const bySession = (deps: IdentifyDeps, request: FastifyRequest): Caller => {
  const hash = sessionHashOf(request);
  const session = hash === null ? undefined : findSession(deps.db, hash);
  if (session === undefined) return nobody;
  if (!isOpen(deps, session)) {
    inBackground(deps, () => closeSession(deps.db, session.sesion_hash));
    return nobody;
  }
  return {
    who: { usuario: session.usuario, host: request.ip, rol: session.rol },
    seat: { kind: 'sesion', usuarioId: session.usuario_id, hash: session.sesion_hash, seenAt: session.seen_at },
  };
};

const isOpen = ({ clock, db, config }: IdentifyDeps, session: Session): boolean =>
  session.activo === 1 && session.seen_at >= idleBefore(clock.now(), readLiveSettings(db, config).INTERFAZ_WEB_SESION_TIMEOUT_MIN);

const minuteMs = 60_000;

/** Notes that the session is being used, at most once a minute and without making anybody wait. */
export const noteUse = (deps: IdentifyDeps, seat: Seat): void => {
  if (seat.kind !== 'sesion') return;
  const before = new Date(deps.clock.now().getTime() - minuteMs).toISOString();
  if (seat.seenAt > before) return;
  inBackground(deps, () => {
    const change = 'UPDATE sesiones SET seen_at = ? WHERE sesion_hash = ? AND seen_at <= ?';
    deps.db.sql(change).run(isoNow(deps.clock), seat.hash, before);
  });
};

const inBackground = ({ db, log }: IdentifyDeps, change: () => unknown): void => {
  db.write(change).catch((error: unknown) => log.warn({ err: error }, 'no se ha podido apuntar el uso de una sesión'));
};

/** For each stream, whether its reader may go on: asked again and again while it is open. */
export const watchOf =
  (deps: IdentifyDeps) =>
  ({ who, seat }: FastifyRequest): (() => boolean) => {
    const caller = { who, seat: seat ?? nobody.seat };
    return () => mayStay(deps, caller);
  };

/** Whether whoever opened a stream may go on reading it: same person, same role, session still open. */
export const mayStay = (deps: IdentifyDeps, { who, seat }: Caller): boolean => {
  if (seat.kind === 'local') return !hasUsers(deps.db);
  if (seat.kind === 'proxy') {
    const user = findByName(deps.db, who?.usuario ?? '');
    return user?.activo === 1 && user.rol === who?.rol;
  }
  const session = seat.kind === 'sesion' ? findSession(deps.db, seat.hash) : undefined;
  return session !== undefined && isOpen(deps, session) && session.rol === who?.rol;
};
