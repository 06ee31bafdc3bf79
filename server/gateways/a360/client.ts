import type { Clock } from '#server/lib/clock.ts';
import type { Measure } from '#server/lib/measure.ts';
import { A360Error, type A360Failure, type ControlRoom, type DeployOrder } from './a360.ts';
import { callFailure, deployFailure, errorOf, wordsOf } from './failures.ts';
import { type Condition, envelope, insisting, type Kind, type Limits, readWhole } from './listing.ts';
import { botsFilter, deployOf, filtersOf } from './orders.ts';
import { readActivity, readBots, readDeploymentId, readDevices, readPage, readRefusals, readToken, readUsers } from './rows.ts';
import { type Credentials, createSession } from './session.ts';
import { createWire, type Reply, WireError, type WireOrder } from './wire.ts';

export type A360Options = Limits & {
  /** Without a final slash. */
  readonly baseUrl: string;
  readonly user: string;
  /** The key is better; the password only counts without it. */
  readonly apiKey?: string | undefined;
  readonly password?: string | undefined;
  readonly verifyTls: boolean;
  readonly timeoutMs: number;
  readonly renewTokenAfterMs: number;
  readonly deployVersion: number;
  readonly clock: Clock;
  /** What a gateway wants to see in callbacks, added to each deploy; never fails. */
  readonly callbackHeaders?: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  /** Told when A360 begins to reject us and when it lets us in again; also the first time it lets us in. */
  readonly onCredentials?: (credentials: Credentials) => void;
  /** Told of every request, repeated ones too. */
  readonly measure?: Measure;
};

type Asked = Omit<WireOrder, 'token'> & {
  /** How it is told: an infinitive. */
  readonly doing: string;
  readonly secrets?: readonly string[];
  /** How a refusal is read. */
  readonly judge?: (status: number, words: string) => A360Failure;
};

/** The Control Room by its REST API (SAM.md 2). */
export const createControlRoom = (options: A360Options): ControlRoom => {
  const { clock } = options;
  const closed = new AbortController();
  const calls = createCalls(options);
  const within = (signal: AbortSignal | undefined) => (signal ? AbortSignal.any([signal, closed.signal]) : closed.signal);

  const list = async (path: string, filter: Condition | null, what: string, signal: AbortSignal, kind?: Kind) => {
    const ask = async (offset: number) => {
      const body = envelope(filter, offset, options.pageSize);
      const { text } = await insisting(clock, signal, () => calls.ask({ path, body, doing: `listar ${what}` }, signal));
      return readPage(text, what);
    };
    return readWhole(ask, options, what, kind);
  };

  return {
    shownAs: options.baseUrl,
    bots: async (signal) => readBots(await list('/v2/repository/workspaces/public/files/list', botsFilter, 'bots', within(signal))),
    devices: async (signal) => readDevices(await list('/v2/devices/list', null, 'equipos', within(signal))),
    users: async (signal) => readUsers(await list('/v2/usermanagement/users/list', null, 'usuarios', within(signal))),
    deploy: async (order, signal) => deploy(calls, await withGateway(order, options, within(signal)), options, within(signal)),
    activity: async (query, signal) => {
      const rows: unknown[] = [];
      const kind = 'active' in query ? 'moving' : 'still';
      for (const filter of filtersOf(query)) rows.push(...(await list('/v3/activity/list', filter, 'ejecuciones', within(signal), kind)));
      return readActivity(rows);
    },
    stop: async (activityIds, signal) => {
      if (activityIds.length === 0) return [];
      const body = { stop_executions: { execution_ids: activityIds } };
      const reply = await calls.ask({ path: '/v3/activity/manage', body, doing: 'parar ejecuciones', alone: true }, within(signal));
      return readRefusals(reply.text, activityIds);
    },
    check: async (signal) => {
      const order = { path: '/v2/devices/list', body: envelope(null, 0, 1), doing: 'listar equipos', alone: true };
      readPage((await calls.ask(order, within(signal))).text, 'equipos');
    },
    close: async () => {
      closed.abort();
      calls.close();
    },
  };
};

const withGateway = async (order: DeployOrder, options: A360Options, signal: AbortSignal): Promise<DeployOrder> => {
  if (order.callback === null || options.callbackHeaders === undefined) return order;
  const headers = { ...(await options.callbackHeaders(signal)), ...order.callback.headers };
  return { ...order, callback: { ...order.callback, headers } };
};

/** Once: an order whose answer is lost may have been carried out. */
const deploy = async (calls: Calls, order: DeployOrder, options: A360Options, signal: AbortSignal): Promise<{ deploymentId: string }> => {
  const { path, body } = deployOf(order, options.deployVersion);
  // Of «Bearer …» what follows it is the secret, wherever it stands.
  const secrets = Object.values(order.callback?.headers ?? {}).flatMap((value) => [value, value.replace(/^Bearer /, '')]);
  const reply = await calls.ask({ path, body, alone: true, doing: 'lanzar el robot', secrets, judge: deployFailure }, signal);
  const deploymentId = readDeploymentId(reply.text);
  if (deploymentId !== null) return { deploymentId };
  throw new A360Error('red', 'A360 aceptó el lanzamiento sin decir su número: se buscará entre sus ejecuciones.', { status: reply.status });
};

type Calls = { ask(asked: Asked, signal: AbortSignal): Promise<Reply>; close(): void };

/** Calls with permission: who is refused for an old one enters once more and repeats, since nothing was done. */
const createCalls = (options: A360Options): Calls => {
  const { clock, user, apiKey, password } = options;
  const wire = createWire(options);
  const ours = [apiKey, password].filter((secret) => secret !== undefined);

  const send = async (order: WireOrder, signal?: AbortSignal): Promise<Reply> => {
    const began = clock.monotonic();
    const measure = (status: number | null) =>
      options.measure?.({ kind: 'a360_call', path: order.path, status, ms: clock.monotonic() - began });
    try {
      const reply = await wire.send(order, signal);
      measure(reply.status);
      return reply;
    } catch (error) {
      measure(null);
      if (!(error instanceof WireError)) throw error;
      throw new A360Error('red', error.message, { cause: error, maybeDone: error.sent });
    }
  };

  const login = async (): Promise<string> => {
    const body = apiKey === undefined ? { username: user, password, multipleLogin: true } : { username: user, apiKey };
    const reply = await send({ path: '/v2/authentication', body, alone: true }).catch((error) => {
      throw error instanceof A360Error ? new A360Error('red', error.message, { cause: error, maybeDone: false }) : error;
    });
    const token = reply.status < 300 ? readToken(reply.text) : null;
    if (token !== null) return token;
    const rejected = reply.status === 401 || reply.status === 403;
    const error = errorOf(rejected ? 'credenciales' : callFailure(reply.status), reply, clock.now(), { doing: 'entrar', secrets: ours });
    throw new A360Error(error.failure, error.message, { status: reply.status, retryAfterMs: error.retryAfterMs, maybeDone: false });
  };

  const onCredentials = options.onCredentials ?? (() => undefined);
  const session = createSession({ login, renewAfterMs: options.renewTokenAfterMs, clock, onCredentials });

  const ask = async ({ doing, secrets = [], judge = callFailure, ...order }: Asked, signal: AbortSignal): Promise<Reply> => {
    const attempt = (token: string) => send({ ...order, token }, signal);
    let token = await unlessStopped(session.token(), signal);
    let reply = await attempt(token);
    if (reply.status === 401) {
      token = await unlessStopped(session.renew(token), signal);
      reply = await attempt(token);
    }
    const told = { doing, secrets: [...ours, ...secrets, token] };
    if (reply.status === 401) {
      const rejected = errorOf('credenciales', reply, clock.now(), told);
      throw session.useless(token, rejected) ? rejected : errorOf('servidor', reply, clock.now(), told);
    }
    // Whoever is in trouble has not looked at the permission.
    if (reply.status < 500 && reply.status !== 429) session.worked(token);
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw errorOf(judge(reply.status, wordsOf(reply.text)), reply, clock.now(), told);
  };
  return { ask, close: wire.close };
};

/** The login is everybody's and goes on; who is stopped does not wait for it. */
const unlessStopped = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(new A360Error('red', 'La llamada a A360 se interrumpió.', { maybeDone: false }));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};
