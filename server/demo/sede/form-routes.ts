import type { FastifyInstance, FastifyReply } from 'fastify';
import { formProblems } from './form-rules.ts';
import { formPage } from './pages/form.ts';
import { validAddress } from './pages/landing.ts';
import { lowerPart } from './pages/lower-part.ts';
import { summaryPage } from './pages/summary.ts';
import { draftOf, type Fields, holdIfAsked, type Portal, pause, sendExpired, sendPage, sendPossiblySlowPage, sessionOf } from './portal.ts';
import { type Draft, openDraft } from './sessions.ts';

/** The choices that survive a partial reload; every other value of the lower part is lost, as in the real form. */
const keptOnReload = ['tipoActuacion', 'tipoPersonaRepresented'];

/** The form, its partial reload, and the summary it leads to. */
export const addFormRoutes = (app: FastifyInstance, portal: Portal): void => {
  app.get('/sta/Relec/TramitaForm', async (request, reply) => {
    if (!(await holdIfAsked(portal, 'pausa_formulario', { request, reply }))) return reply;
    const session = sessionOf(portal, request);
    if (!session) return reply.redirect(`${validAddress}?${new URLSearchParams({ redirect_uri: request.url })}`);
    const maskMs = portal.faults.take('mascara') ? portal.paces.mask : 0;
    return sendPossiblySlowPage(portal, reply, formPage({ draft: openDraft(session), values: { tipoActuacion: 'II' }, maskMs }));
  });

  app.post<{ Body: Fields }>('/sta/Relec/TramitaFormParcial', async (request, reply) => {
    const draft = draftOf(portal, request, request.body?.dboidReq);
    if (!draft) return sendExpired(reply).code(403);
    await pause(portal, portal.paces.partial);
    const kept = Object.entries(request.body).filter(([name]) => keptOnReload.includes(name));
    return sendPage(reply, lowerPart(draft, Object.fromEntries(kept)).html);
  });

  app.post<{ Body: Fields }>('/sta/Relec/TramitaSign', async (request, reply) => {
    const session = sessionOf(portal, request);
    if (session && portal.faults.take('sesion_caducada')) portal.sessions.end(session);
    const draft = draftOf(portal, request, request.body?.dboidReq);
    return draft ? accept(portal, reply, draft, request.body) : sendExpired(reply);
  });
};

const accept = (portal: Portal, reply: FastifyReply, draft: Draft, values: Fields): FastifyReply | Promise<FastifyReply> => {
  const problems = formProblems(values, draft);
  if (problems.length > 0) return sendPage(reply, formPage({ draft, values, problems }));
  draft.fields = values;
  return sendPossiblySlowPage(portal, reply, summaryPage(draft));
};
