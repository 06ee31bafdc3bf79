import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { loseAnswer } from '../wire.ts';
import { serverErrorPage } from './pages/notices.ts';
import { noReceiptPage, receiptPage, waitingPage } from './pages/receipt.ts';
import { draftOf, type Fields, hold, holdIfAsked, type Portal, pause, sendExpired, sendPage, sessionOf } from './portal.ts';
import { receiptPdf } from './receipt-pdf.ts';
import type { Entry } from './register.ts';
import type { Draft, ReceiptTrouble } from './sessions.ts';

const receiptTroubles: readonly ReceiptTrouble[] = ['justificante_tarde', 'justificante_no_pdf', 'justificante_500', 'pausa_recibo'];

/** The submission, which registers, and its receipt. */
export const addSubmissionRoutes = (app: FastifyInstance, portal: Portal): void => {
  app.post<{ Body: Fields }>('/sta/Relec/TramitaEnvia', async (request, reply) => {
    const draft = draftOf(portal, request, request.body?.dboidReq);
    if (!draft?.fields) return sendExpired(reply);
    const expediente = draft.fields.DinVarNUMEXP;
    if (portal.faults.take('envio_500_antes')) return sendPage(reply, serverErrorPage(), 500);
    if (!(await holdIfAsked(portal, 'pausa_envio_antes', { request, reply, expediente }))) return reply;
    const entry = register(portal, draft);
    if (portal.faults.take('redireccion_perdida')) return loseAnswer(reply);
    if (!(await holdIfAsked(portal, 'pausa_envio_despues', { request, reply, expediente }))) return reply;
    return sendPage(reply, waitingPage(`/sta/Relec/TramitaJustif?${new URLSearchParams({ num: entry.numero })}`, portal.paces.redirect));
  });

  app.get<{ Querystring: Fields }>('/sta/Relec/TramitaJustif', (request, reply) => {
    const draft = submittedDraft(portal, request, request.query.num);
    return draft
      ? sendPage(reply, receiptPage(`/sta/Relec/justificant.pdf?${new URLSearchParams({ num: draft.numero ?? '' })}`))
      : sendExpired(reply);
  });

  app.get<{ Querystring: Fields }>('/sta/Relec/justificant.pdf', async (request, reply) => {
    const draft = submittedDraft(portal, request, request.query.num);
    const entry = draft && portal.register.find(request.query.num ?? '');
    return entry ? sendReceipt(portal, { request, reply }, entry, draft.receiptTrouble) : sendExpired(reply);
  });
};

/** Written to the disk when it returns. Each call is one more entry, whatever was registered before. */
const register = (portal: Portal, draft: Draft): Entry => {
  const campos = draft.fields ?? {};
  const entry = portal.register.add({
    expediente: (campos.DinVarNUMEXP ?? '').trim(),
    instante: new Date().toISOString(),
    campos,
    ficheros: Object.values(draft.documents).flat(),
  });
  draft.numero = entry.numero;
  draft.receiptTrouble = receiptTroubles.find((name) => portal.faults.take(name));
  return entry;
};

const submittedDraft = (portal: Portal, request: FastifyRequest, numero: string | undefined): Draft | undefined =>
  [...(sessionOf(portal, request)?.drafts.values() ?? [])].find((draft) => numero !== undefined && draft.numero === numero);

const sendReceipt = async (
  portal: Portal,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  entry: Entry,
  trouble: ReceiptTrouble | undefined,
): Promise<FastifyReply> => {
  if (trouble === 'justificante_500') return sendPage(reply, serverErrorPage(), 500);
  if (trouble === 'justificante_no_pdf') return sendPage(reply, noReceiptPage());
  if (trouble === 'justificante_tarde') await pause(portal, portal.paces.lateReceipt);
  if (trouble === 'pausa_recibo' && !(await hold(portal, 'pausa_recibo', { request, reply, expediente: entry.expediente }))) return reply;
  return reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename="justificant_${entry.numero}.pdf"`)
    .send(await receiptPdf(entry));
};
