import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How the panel looks to one person; `sistema` = as the rest of the screen does. */
export const temas = ['claro', 'oscuro', 'sistema'] as const;
export type Tema = (typeof temas)[number];

const cookie = 'cerebro_tema';
const yearSeconds = 365 * 24 * 3600;

/** What that browser chose. The server writes it into the page, so that nothing flashes while it loads. */
export const temaOf = (request: FastifyRequest): Tema => temas.find((tema) => tema === request.cookies[cookie]) ?? 'sistema';

/** Remembers the choice in that browser. */
export const keepTema = (reply: FastifyReply, tema: Tema): void => {
  const options = { path: '/', httpOnly: true, sameSite: 'lax' } as const;
  if (tema === 'sistema') reply.clearCookie(cookie, options);
  else reply.setCookie(cookie, tema, { ...options, maxAge: yearSeconds });
};
