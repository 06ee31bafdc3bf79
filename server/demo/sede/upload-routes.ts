import type { FastifyInstance } from 'fastify';
import { framedUploaderPage, uploadAnswerPage, uploaderPage } from './pages/uploader.ts';
import { draftOf, type Fields, holdIfAsked, type Portal, sendExpired, sendPage } from './portal.ts';
import { receiveFiles } from './receive-files.ts';
import { type Draft, documentTypes } from './sessions.ts';

const knownType = (type: string): boolean => documentTypes.some(({ id }) => id === type);

/** The uploader's popup and what it posts to. */
export const addUploadRoutes = (app: FastifyInstance, portal: Portal): void => {
  app.get<{ Querystring: Fields }>('/sta/Relec/documentSignSend.jsp', (request, reply) => {
    const { tipoDocumento: type = '', dboidReq: draftId = '', marco } = request.query;
    if (!knownType(type) || !draftOf(portal, request, draftId)) return sendExpired(reply);
    if (!marco && portal.faults.take('cargador_en_marco')) return sendPage(reply, framedUploaderPage(`${request.url}&marco=1`));
    return sendPage(reply, uploaderPage({ type, draftId }));
  });

  app.post<{ Querystring: Fields }>('/sta/Relec/FileUploader', async (request, reply) => {
    const { tipoDocumento: type = '', dboidReq } = request.query;
    const draft = draftOf(portal, request, dboidReq);
    const outcome = await receiveFiles(request.files(), draft?.documents[type]?.map((file) => file.nombre) ?? []);
    if (!(await holdIfAsked(portal, 'pausa_subida', { request, reply }))) return reply;
    if (!draft || !knownType(type)) return sendPage(reply, refused('La sessió ha caducat.'));
    if (portal.faults.take('subida_rechazada')) return sendPage(reply, refused("El document no s'ha pogut adjuntar. Torneu-ho a provar."));
    if (outcome.problem) return sendPage(reply, refused(outcome.problem));
    return sendPage(reply, uploadAnswerPage({ correcto: true, mensaje: '', nombres: attach(draft, type, outcome.files) }));
  });
};

const refused = (mensaje: string): string => uploadAnswerPage({ correcto: false, mensaje, nombres: [] });

const attach = (draft: Draft, type: string, files: Draft['documents'][string]): string[] => {
  const all = [...(draft.documents[type] ?? []), ...files];
  draft.documents[type] = all;
  return all.map((file) => file.nombre);
};
