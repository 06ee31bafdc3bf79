import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { canOf, whoOf } from '#server/acceso/gate.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { done, flash } from '#server/lib/flash.ts';
import { fieldsOf, queryText } from '#server/lib/form.ts';
import { goTo, show } from '#server/lib/html.ts';
import { parsePageKey } from '#server/lib/page.ts';
import type { Message } from '#server/lib/tag.ts';
import type { Web } from '#server/web.ts';
import { callbackRoutes } from './callback-routes.ts';
import { desbloquear } from './desbloquear.ts';
import { equipoCalled } from './find-runs.ts';
import { parar } from './parar.ts';
import { type Asked as AskedRuns, presentRuns, views } from './present.ts';
import { presentRun } from './present-one.ts';
import { hrefOfRun } from './words.ts';

type Params = { readonly id: string; readonly intento: string; readonly archivo: string };
type Asked = { Params: Params };

/** The only kinds shown inside the browser; everything else (captured HTML above all) is downloaded as bytes. */
const pictures: Readonly<Record<string, string>> = { '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.png': 'image/png' };
const downloads: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
};

/** `/ejecuciones`, one of them, its orders and streams; what A360 tells of them; the files attempts left. */
export const ejecucionesRoutes = (app: FastifyInstance, web: Web): void => {
  callbackRoutes(app, web.deps);
  listRoutes(app, web);
  runRoutes(app, web);
  evidenceRoutes(app, web);
};

const seeing = { config: { permiso: 'ver' } } as const;
const ordering = { config: { permiso: 'lanzador.mandar' } } as const;
const streaming = { exposeHeadRoute: false, ...seeing } as const;

const mayOrder = (request: FastifyRequest): boolean => canOf(whoOf(request))('lanzador.mandar');

const askedOf = ({ deps }: Web, request: FastifyRequest): AskedRuns => {
  const robot = queryText(request, 'robot');
  const equipo = queryText(request, 'equipo');
  const view = views.find((one) => one === queryText(request, 'ver')) ?? 'activas';
  return { view, robot: robot || null, equipo: equipo ? equipoCalled(deps.db, equipo) : null };
};

const listRoutes = (app: FastifyInstance, web: Web): void => {
  const model = (request: FastifyRequest) => {
    const { rol } = whoOf(request);
    const asked = askedOf(web, request);
    const key = parsePageKey(queryText(request, 'pagina'));
    return () => web.deps.db.read(() => presentRuns(web, asked, key, { rol }));
  };
  app.get('/ejecuciones', seeing, async (request, reply) =>
    show(request, reply, { page: 'ejecuciones/page', part: 'ejecuciones/part', model: model(request)() }),
  );
  app.get('/vivo/ejecuciones', streaming, async (request, reply) => {
    const now = model(request);
    const { rol } = whoOf(request);
    return web.live.attach(request, reply, {
      key: `${request.url} ${rol}`,
      concerns: ({ entity }) => ['any', 'ejecucion', 'tramite', 'robot', 'equipo'].includes(entity),
      render: async () => web.render('ejecuciones/live', now()),
    });
  });
};

type OfRun = { Params: { id: string } };

const runRoutes = (app: FastifyInstance, web: Web): void => {
  const { deps } = web;
  app.get<OfRun>('/ejecuciones/:id', seeing, async (request, reply) =>
    show(request, reply, { page: 'ejecuciones/one', model: presentRun(web, request.params.id, mayOrder(request)) }),
  );
  app.get<OfRun>('/vivo/ejecuciones/:id', streaming, async (request, reply) => {
    const { id } = request.params;
    const may = mayOrder(request);
    presentRun(web, id, may);
    return web.live.attach(request, reply, {
      key: `ejecucion ${id} ${may}`,
      concerns: (change) => change.entity === 'any' || (change.entity === 'ejecucion' && (change.id === undefined || change.id === id)),
      render: async () => web.render('ejecuciones/live-one', presentRun(web, id, may)),
    });
  });

  const order = async (request: FastifyRequest<OfRun>, reply: FastifyReply, give: (motivo: string) => Promise<Message>) => {
    const { id } = request.params;
    const motivo = fieldsOf(request).motivo ?? '';
    try {
      flash(reply, await give(motivo));
      return goTo(request, reply, hrefOfRun(id));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      const model = presentRun(web, id, mayOrder(request), { fields: error.fields, motivo });
      return show(request, reply, { page: 'ejecuciones/one', model, status: 422 });
    }
  };
  app.post<OfRun>('/ejecuciones/:id/parar', ordering, async (request, reply) =>
    order(request, reply, async () => {
      await parar(deps, request.params.id, whoOf(request));
      return done('Se ha pedido a A360 que la pare', 'Terminará aquí cuando A360 lo confirme.');
    }),
  );
  app.post<OfRun>('/ejecuciones/:id/desbloquear', ordering, async (request, reply) =>
    order(request, reply, async (motivo) => {
      await desbloquear(deps, request.params.id, motivo, whoOf(request));
      return done('Desbloqueada: su equipo queda libre');
    }),
  );
};

/** Files left by attempts. They hold personal data and come from foreign portals: no script of theirs may ever run here. */
const evidenceRoutes = (app: FastifyInstance, { deps }: Web): void => {
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
