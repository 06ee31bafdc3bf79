import { join } from 'node:path';
import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance } from 'fastify';
import { addFaultRoutes } from '../fault-routes.ts';
import { createFaults } from '../faults.ts';
import { addEntranceRoutes } from './entrance-routes.ts';
import { maxFileKb } from './file-rules.ts';
import { addFormRoutes } from './form-routes.ts';
import { notFoundPage, serverErrorPage } from './pages/notices.ts';
import { type Paces, type Portal, sendPage } from './portal.ts';
import { type Entry, openRegister } from './register.ts';
import { sedeFaults } from './sede-faults.ts';
import { createSessions } from './sessions.ts';
import { addSubmissionRoutes } from './submission-routes.ts';
import { addUploadRoutes } from './upload-routes.ts';

/** The simulated sede electrónica, listening. */
export type Sede = {
  /** Origin, without a final slash. */
  readonly url: string;
  readonly faults: Portal['faults'];
  /** What was registered so far, oldest first. */
  register(): Entry[];
  close(): Promise<void>;
};

const usualPaces: Paces = { partial: 80, redirect: 300, slowPage: 4000, mask: 8000, lateReceipt: 8000, hold: 60_000 };

/**
 * Starts the sede on loopback (port 0 = any free one); its state is `dataDir/mundo/sede.db`.
 * @throws the listening error (`EADDRINUSE`) as Node gives it.
 */
export const startSede = async ({ port, dataDir, paces }: { port: number; dataDir: string; paces?: Partial<Paces> }): Promise<Sede> => {
  const closing = new AbortController();
  const allPaces = { ...usualPaces, ...paces };
  const portal: Portal = {
    sessions: createSessions(),
    register: openRegister(join(dataDir, 'mundo')),
    faults: createFaults(sedeFaults, { holdMs: allPaces.hold }),
    paces: allPaces,
    closing: closing.signal,
  };
  const app = buildSede(portal);
  const close = async () => {
    closing.abort();
    portal.faults.close();
    await app.close();
    portal.register.close();
  };
  const url = await app.listen({ port, host: '127.0.0.1' }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { url, faults: portal.faults, register: portal.register.entries, close };
};

const buildSede = (portal: Portal): FastifyInstance => {
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 1024 * 1024 });
  app.register(formbody);
  app.register(multipart, { throwFileSizeLimit: false, limits: { fileSize: maxFileKb * 1024, files: 50 } });
  app.register(async (routes) => {
    addFaultRoutes(routes, portal.faults);
    routes.get('/registro.json', () => portal.register.entries());
    addEntranceRoutes(routes, portal);
    addFormRoutes(routes, portal);
    addUploadRoutes(routes, portal);
    addSubmissionRoutes(routes, portal);
  });
  app.setNotFoundHandler((_request, reply) => sendPage(reply, notFoundPage(), 404));
  app.setErrorHandler((error, _request, reply) => {
    const code = (error as { statusCode?: number }).statusCode ?? 500;
    return sendPage(reply, serverErrorPage(), code);
  });
  return app;
};
