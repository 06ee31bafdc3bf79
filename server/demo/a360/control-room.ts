import { join } from 'node:path';
import formbody from '@fastify/formbody';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { addFaultRoutes } from '../fault-routes.ts';
import { createFaults, type Faults } from '../faults.ts';
import { type A360Faults, a360Faults } from './a360-faults.ts';
import { createCallbacks } from './callbacks.ts';
import { addDeployRoutes } from './deploy-routes.ts';
import { openJournal, type Run } from './journal.ts';
import { addListRoutes } from './list-routes.ts';
import { addLoginRoutes } from './login-routes.ts';
import { addManageRoutes } from './manage-routes.ts';
import { Refusal, sendRefusal } from './refusal.ts';
import { type RegisteredRun, registerOf } from './register.ts';
import type { Room } from './room.ts';
import { createRuns } from './runs.ts';
import { sampleScript } from './sample.ts';
import type { Script } from './script.ts';
import { createTokens } from './tokens.ts';

/** The simulated Control Room, listening. */
export type SimulatedControlRoom = {
  /** Origin, without a final slash. */
  readonly url: string;
  readonly script: Script;
  readonly faults: Faults<A360Faults>;
  /** Every deploy accepted so far, oldest first. */
  register(): RegisteredRun[];
  /** Ends a run now, whatever its plan; false when it is not under way. */
  finish(deploymentId: string, status?: string, message?: string): boolean;
  close(): Promise<void>;
};

export type ControlRoomOptions = {
  readonly port: number;
  readonly dataDir: string;
  readonly script?: Script;
  readonly clock?: Clock;
  /** Milliseconds of the holds, and until a late effect. */
  readonly paces?: { readonly hold?: number; readonly late?: number };
  /** Told each run that has ended. */
  readonly onEnded?: (run: Run) => void;
};

/**
 * Starts the Control Room on loopback (port 0 = any free one); its state is `dataDir/mundo/a360.db`.
 * @throws the listening error (`EADDRINUSE`) as Node gives it.
 */
export const startControlRoom = async (options: ControlRoomOptions): Promise<SimulatedControlRoom> => {
  const { port, dataDir, script = sampleScript(), clock = systemClock, paces = {}, onEnded } = options;
  const closing = new AbortController();
  const journal = openJournal(join(dataDir, 'mundo'));
  const faults = createFaults(a360Faults, { holdMs: paces.hold ?? 60_000 });
  const callbacks = createCallbacks({ script, journal, faults, clock });
  const ended = (run: Run): void => {
    onEnded?.(run);
    void callbacks.send(run);
  };
  const runs = createRuns({ script, journal, clock, ended });
  const tokens = createTokens(clock, () => script.tokenMs);
  const room: Room = { script, journal, runs, callbacks, tokens, faults, clock, lateMs: paces.late ?? 5000, closing: closing.signal };
  const app = buildControlRoom(room);
  const close = async () => {
    closing.abort();
    faults.close();
    await app.close();
    await runs.close();
    await callbacks.close();
    journal.close();
  };
  const url = await app.listen({ port, host: '127.0.0.1' }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  callbacks.sendOwed();
  const finish = (deploymentId: string, status = 'COMPLETED', message = ''): boolean => {
    const run = journal.ofDeployment(deploymentId);
    if (!run || run.ended !== null) return false;
    runs.finish(run, { status, message });
    return true;
  };
  return { url, script, faults, register: () => registerOf(room), finish, close };
};

const buildControlRoom = (room: Room): FastifyInstance => {
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 1024 * 1024 });
  app.register(formbody);
  app.setErrorHandler((error, _request, reply) => sendRefusal(reply, refusalOf(room, reply, error)));
  app.setNotFoundHandler((_request, reply) => sendRefusal(reply, new Refusal(404, 'NOT_FOUND', 'Not found')));
  app.register(async (routes) => {
    addFaultRoutes(routes, room.faults);
    routes.get('/registro.json', () => registerOf(room));
  });
  app.register(async (routes) => {
    routes.addHook('onRequest', async () => refuseAll(room));
    addLoginRoutes(routes, room);
  });
  app.register(async (routes) => {
    routes.addHook('onRequest', async ({ headers }) => {
      refuseAll(room);
      refuseStranger(room, headers['x-authorization']);
    });
    addListRoutes(routes, room);
    addDeployRoutes(routes, room);
    addManageRoutes(routes, room);
  });
  return app;
};

const refusalOf = ({ script }: Room, reply: FastifyReply, thrown: unknown): Refusal => {
  const refusal = thrown instanceof Refusal ? thrown : asRefusal(thrown as Error & { statusCode?: number });
  if (refusal.status === 429) void reply.header('retry-after', String(script.retryAfterSec));
  return refusal;
};

/** What Fastify itself refuses: a body that is no JSON, or too large. */
const asRefusal = ({ statusCode = 500, message }: Error & { statusCode?: number }): Refusal =>
  new Refusal(statusCode, statusCode < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL', message);

const refuseAll = ({ faults }: Room): void => {
  if (faults.take('limite_429')) throw new Refusal(429, 'RESOURCE_EXHAUSTED', 'Too many requests.');
  if (faults.take('servicio_503')) throw new Refusal(503, 'UNAVAILABLE', 'Service unavailable');
};

const refuseStranger = ({ faults, tokens }: Room, given: string | string[] | undefined): void => {
  const token = typeof given === 'string' ? given : undefined;
  const known = tokens.isAlive(token);
  if (known && token !== undefined && faults.take('token_caducado')) tokens.expire(token);
  if (!tokens.isAlive(token) || faults.take('rafaga_401')) throw new Refusal(401, 'UNAUTHENTICATED', 'Invalid or expired token.');
};
