import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFoundError } from '#server/lib/errors.ts';
import type { Web } from '#server/web.ts';
import { callbackRoutes } from './callback-routes.ts';

type Params = { readonly id: string; readonly intento: string; readonly archivo: string };
type Asked = { Params: Params };

/** The only kinds shown inside the browser; everything else (captured HTML above all) is downloaded as bytes. */
const pictures: Readonly<Record<string, string>> = { '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.png': 'image/png' };
const downloads: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
};

/** Files left by attempts. They hold personal data and come from foreign portals: no script of theirs may ever run here. */
export const ejecucionesRoutes = (app: FastifyInstance, { deps }: Web): void => {
  callbackRoutes(app, deps);
  const serve = async (request: FastifyRequest<Asked>, reply: FastifyReply, folder = ''): Promise<FastifyReply> => {
    const { id, intento, archivo } = request.params;
    if (![id, intento].every((number) => /^\d{1,15}$/.test(number)) || /[/\\]/.test(archivo)) throw gone();
    const path = locate(() => deps.evidence.locate(Number(id), Number(intento), join(folder, archivo)));
    const size = await sizeOf(path);
    const tag = tagOf(archivo, size);
    reply.headers({ ETag: tag, 'Cache-Control': 'private, no-cache', 'Content-Security-Policy': "default-src 'none'; sandbox" });
    return isKnown(request, tag) ? reply.code(304).send() : sendEvidence(reply, { path, name: archivo, size });
  };

  app.get<Asked>('/cola/:id/evidencias/:intento/:archivo', { config: { permiso: 'ver' } }, async (request, reply) => serve(request, reply));
  app.get<Asked>('/cola/:id/evidencias/:intento/documentos/:archivo', { config: { permiso: 'ver' } }, async (request, reply) =>
    serve(request, reply, 'documentos'),
  );
};

const gone = (): NotFoundError => new NotFoundError('Esa evidencia no existe.');

/** A path outside the folder is told exactly as one that does not exist. */
const locate = (find: () => string): string => {
  try {
    return find();
  } catch {
    throw gone();
  }
};

/** Bytes of a plain file; a link inside the folder could lead out of it. */
const sizeOf = async (path: string): Promise<number> => {
  const found = await lstat(path).catch(() => null);
  if (!found?.isFile()) throw gone();
  return found.size;
};

/**
 * Nothing in an attempt's folder is ever overwritten, so name and size tell the file. A browser keeps it all the same only
 * to ask again each time: whoever sits there next must not see it without a session.
 */
const tagOf = (name: string, size: number): string => `"${size}-${encodeURIComponent(name)}"`;

const isKnown = ({ headers }: FastifyRequest<Asked>, tag: string): boolean =>
  (headers['if-none-match'] ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === tag);

const sendEvidence = (reply: FastifyReply, file: { path: string; name: string; size: number }): FastifyReply => {
  const kind = extname(file.name).toLowerCase();
  const picture = pictures[kind];
  return reply
    .headers({
      'Content-Type': picture ?? downloads[kind] ?? 'application/octet-stream',
      'Content-Length': file.size,
      'Content-Disposition': `${picture ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    })
    .send(createReadStream(file.path));
};
