import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '#server/config.ts';
import { sessionCookie } from './identify.ts';
import { placeToReturn } from './rules.ts';

const placeCookie = 'cerebro_vuelta';
const placeSeconds = 600;

type Known = Pick<Config, 'URL_PUBLICA'>;

/** SameSite Lax: whoever follows a link from a mail is still signed in. */
const options = ({ URL_PUBLICA }: Known, request: FastifyRequest, path: string) =>
  ({
    path,
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https' || (URL_PUBLICA?.startsWith('https:') ?? false),
  }) as const;

export const giveSession = (config: Known, request: FastifyRequest, reply: FastifyReply, secret: string): void => {
  reply.setCookie(sessionCookie, secret, options(config, request, '/'));
};

export const takeSession = (config: Known, request: FastifyRequest, reply: FastifyReply): void => {
  reply.clearCookie(sessionCookie, options(config, request, '/'));
};

/** Where somebody who has to sign in first wanted to go; only the door gets to read it. */
export const rememberPlace = (config: Known, request: FastifyRequest, reply: FastifyReply): void => {
  const place = placeToReturn(request.url);
  const asked = request.headers['sec-fetch-dest'];
  // A picture or a script of a page that is open already is not where anybody wanted to go.
  if (place === '/' || request.is404 || (asked !== undefined && asked !== 'document')) return;
  reply.setCookie(placeCookie, place, { ...options(config, request, '/acceso'), maxAge: placeSeconds });
};

/** Where that was, read once. */
export const recallPlace = (config: Known, request: FastifyRequest, reply: FastifyReply): string => {
  if (request.cookies[placeCookie] !== undefined) reply.clearCookie(placeCookie, options(config, request, '/acceso'));
  return placeToReturn(request.cookies[placeCookie]);
};
