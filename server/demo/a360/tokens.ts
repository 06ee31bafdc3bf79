import { randomBytes } from 'node:crypto';
import type { Clock } from '#server/lib/clock.ts';

/** `clave` = by API key; `compartida` = by password with multipleLogin; `unica` = by password alone: the next one ends it. */
export type SessionKind = 'clave' | 'compartida' | 'unica';
type Session = { readonly username: string; readonly kind: SessionKind; readonly expires: number };

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The sessions of the Control Room. In memory: after a restart everybody enters again. */
export const createTokens = (clock: Clock, lifeMs: () => number) => {
  const sessions = new Map<string, Session>();
  const now = () => clock.now().getTime();
  const forgetExpired = () => {
    for (const [token, session] of sessions) if (session.expires <= now()) sessions.delete(token);
  };
  const open = (username: string, kind: SessionKind): string => {
    forgetExpired();
    const expires = now() + lifeMs();
    const claims = { sub: username, iat: Math.floor(now() / 1000), exp: Math.floor(expires / 1000), iss: 'AutomationAnywhere' };
    const token = [encoded({ alg: 'RS512', typ: 'JWT' }), encoded(claims), randomBytes(32).toString('base64url')].join('.');
    sessions.set(token, { username, kind, expires });
    return token;
  };
  return {
    /** A session by password without multipleLogin ends the others of that kind. */
    enter(username: string, kind: SessionKind): string {
      if (kind === 'unica') for (const [token, session] of sessions) if (session.kind === 'unica') sessions.delete(token);
      return open(username, kind);
    },
    /** A new token for a living one, which goes on until its hour; undefined for any other. */
    renew(token: string): string | undefined {
      forgetExpired();
      const session = sessions.get(token);
      return session && open(session.username, session.kind);
    },
    isAlive(token: string | undefined): boolean {
      forgetExpired();
      return token !== undefined && sessions.has(token);
    },
    expire: (token: string): boolean => sessions.delete(token),
  };
};

export type Tokens = ReturnType<typeof createTokens>;
