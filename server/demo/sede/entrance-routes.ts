import type { FastifyInstance } from 'fastify';
import { formAddress, landingPage } from './pages/landing.ts';
import { certificateRefusedPage, validPage } from './pages/valid.ts';
import { type Fields, keepSession, type Portal, sendPage, sendPossiblySlowPage } from './portal.ts';

/** Only back into the portal itself. */
const safeReturn = (address: string | undefined): string => (address?.startsWith('/sta/') ? address : formAddress);

/** The public page and the identification with a certificate. */
export const addEntranceRoutes = (app: FastifyInstance, portal: Portal): void => {
  app.get('/', (_request, reply) => reply.redirect('/seu-electronica?view=tramits&id=11'));

  app.get('/seu-electronica', (_request, reply) =>
    sendPossiblySlowPage(
      portal,
      reply,
      landingPage({ blockingBanner: portal.faults.take('banner_cookies'), blockedPopup: portal.faults.take('popup_bloqueado') }),
    ),
  );

  app.get<{ Querystring: Fields }>('/valid/oauth2/auth', ({ query }, reply) =>
    sendPossiblySlowPage(portal, reply, validPage({ redirect: safeReturn(query.redirect_uri), state: query.state ?? '' })),
  );

  app.post<{ Body: Fields }>('/valid/certificat', ({ body }, reply) => {
    if (portal.faults.take('certificado_rechazado')) return sendPage(reply, certificateRefusedPage(), 403);
    keepSession(reply, portal.sessions.open());
    return reply.redirect(safeReturn(body?.redirect_uri));
  });
};
