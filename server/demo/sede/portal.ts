import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Faults } from '../faults.ts';
import { loseAnswer, whenGone } from '../wire.ts';
import { sessionExpiredPage } from './pages/notices.ts';
import type { Register } from './register.ts';
import type { SedeFaults } from './sede-faults.ts';
import type { Draft, Session, Sessions } from './sessions.ts';

/** How long the portal takes where it takes its time, in milliseconds. */
export type Paces = {
  /** A partial reload of the form. */
  readonly partial: number;
  /** From the submission to its receipt's page. */
  readonly redirect: number;
  /** A page under `pagina_lenta`. */
  readonly slowPage: number;
  /** The mask under `mascara`. */
  readonly mask: number;
  /** A receipt under `justificante_tarde`. */
  readonly lateReceipt: number;
  /** A request under a `pausa_…`. */
  readonly hold: number;
};

/** What every page of the portal works with. */
export type Portal = {
  readonly sessions: Sessions;
  readonly register: Register;
  readonly faults: Faults<SedeFaults>;
  readonly paces: Paces;
  /** Aborted when the portal closes: nothing waits past it. */
  readonly closing: AbortSignal;
};

export type Fields = Readonly<Record<string, string>>;

/** Rests, unless the portal closes. */
export const pause = (portal: Portal, ms: number): Promise<void> => delay(ms, undefined, { signal: portal.closing }).catch(() => undefined);

export const sendPage = (reply: FastifyReply, page: string, code = 200): FastifyReply =>
  reply.code(code).type('text/html; charset=utf-8').send(page);

/** The page, later when `pagina_lenta` is on. */
export const sendPossiblySlowPage = async (portal: Portal, reply: FastifyReply, page: string): Promise<FastifyReply> => {
  if (portal.faults.take('pagina_lenta')) await pause(portal, portal.paces.slowPage);
  return sendPage(reply, page);
};

const cookieName = 'JSESSIONID';

export const sessionOf = (portal: Portal, request: FastifyRequest): Session | undefined =>
  portal.sessions.find(new RegExp(`(?:^|;\\s*)${cookieName}=([0-9A-F]+)`).exec(request.headers.cookie ?? '')?.[1]);

export const keepSession = (reply: FastifyReply, session: Session): void => {
  void reply.header('set-cookie', `${cookieName}=${session.id}; Path=/; HttpOnly; SameSite=Lax`);
};

/** The request this browser is making, by the number its pages carry. */
export const draftOf = (portal: Portal, request: FastifyRequest, id: string | undefined): Draft | undefined =>
  id === undefined ? undefined : sessionOf(portal, request)?.drafts.get(id);

export const sendExpired = (reply: FastifyReply): FastifyReply => sendPage(reply, sessionExpiredPage());

/**
 * Holds the request when the fault is armed. Resolves false, with the connection ended, when nobody waits for the
 * answer any more.
 */
export const holdIfAsked = async (
  portal: Portal,
  name: keyof SedeFaults & `pausa_${string}`,
  exchange: { request: FastifyRequest; reply: FastifyReply; expediente?: string | undefined },
): Promise<boolean> => {
  if (!portal.faults.take(name)) return true;
  return hold(portal, name, exchange);
};

/** Holds the request whether or not the fault is still armed. */
export const hold = async (
  portal: Portal,
  name: keyof SedeFaults & `pausa_${string}`,
  { request, reply, expediente }: { request: FastifyRequest; reply: FastifyReply; expediente?: string | undefined },
): Promise<boolean> => {
  const goesOn = await portal.faults.hold(name, { url: request.url, gone: whenGone(request) }, expediente);
  if (!goesOn) loseAnswer(reply);
  return goesOn;
};
