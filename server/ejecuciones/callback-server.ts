import createFastify, { type FastifyBaseLogger, type FastifyReply, LogController } from 'fastify';
import type { Deps } from '#server/deps.ts';
import { listenAt } from '#server/lib/listen.ts';
import { shortId } from '#server/lib/trace.ts';
import { traceRequests } from '#server/lib/trace-requests.ts';
import { callbackRoutes } from './callback-routes.ts';

export type CallbackServer = { readonly url: string; close(): Promise<void> };

/**
 * The door of A360's callbacks on a port of their own (CALLBACK_SERVER_PORT), where nothing else of the panel can be reached; null
 * when they have none. @throws CerebroError as `listenAt`
 */
export const openCallbackServer = async (
  deps: Pick<Deps, 'config' | 'db' | 'clock' | 'hub' | 'log' | 'measure'>,
): Promise<CallbackServer | null> => {
  const { CALLBACK_SERVER_PORT: port, CALLBACK_SERVER_HOST: host, PROXY_DIRECCIONES: proxies } = deps.config;
  if (port === undefined) return null;
  const log = deps.log.child({ room: 'avisos de A360' });
  const app = createFastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: proxies ?? false,
    forceCloseConnections: true,
    genReqId: shortId,
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: (_error, _request, reply) => refuseOther(reply),
  });
  // Before anything of the body is read.
  app.addHook('onRequest', async (request, reply) => (request.is404 ? refuseOther(reply) : undefined));
  traceRequests(app);
  callbackRoutes(app, deps);
  app.get('/health', async () => ({ estado: 'bien' }));
  app.setNotFoundHandler((_request, reply) => refuseOther(reply));
  try {
    const url = await listenAt(app, { host, port, named: { host: 'CALLBACK_SERVER_HOST', port: 'CALLBACK_SERVER_PORT' } });
    log.info({ url }, 'los avisos de A360 tienen su puerto');
    return { url, close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
};

const refuseOther = (reply: FastifyReply): FastifyReply =>
  reply.code(404).send({ result: 'not_found', mensaje: 'Aquí solo se reciben avisos de A360.' });
