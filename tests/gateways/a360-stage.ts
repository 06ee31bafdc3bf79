import { setTimeout as delay } from 'node:timers/promises';
import Fastify, { type FastifyReply } from 'fastify';
import type { A360Error, A360Failure, ControlRoom } from '#server/gateways/a360/a360.ts';
import { type A360Options, createControlRoom } from '#server/gateways/a360/client.ts';
import { type ManualClock, manualClock, settled } from '#tests/support/manual-clock.ts';

export type Asked = { readonly path: string; readonly body: Record<string, unknown>; readonly token: string | undefined };
export type Scripted = {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `never`: no answer at all; `cut`: the connection breaks. */
  readonly silence?: 'never' | 'cut';
};
type Script = Scripted | ((asked: Asked) => Scripted | Promise<Scripted>);

export type Stage = {
  readonly url: string;
  readonly room: ControlRoom;
  readonly clock: ManualClock;
  readonly asked: Asked[];
  /** What those asked of one path brought. */
  to(path: string): Asked[];
  /** The next answers of a path, in order; the last one stays. */
  answer(path: string, ...scripts: Script[]): void;
};

export const paths = {
  login: '/v2/authentication',
  bots: '/v2/repository/workspaces/public/files/list',
  devices: '/v2/devices/list',
  users: '/v2/usermanagement/users/list',
  deploy3: '/v3/automations/deploy',
  deploy4: '/v4/automations/deploy',
  activity: '/v3/activity/list',
  manage: '/v3/activity/manage',
} as const;

export const page = (list: readonly unknown[], totalFilter: unknown = list.length): Scripted => ({
  body: { page: { offset: 0, total: 999, totalFilter }, list },
});

/** A Control Room on loopback that answers what it was told; a login gives `token-1`, `token-2`… */
export const openStage = async (t: { after(work: () => unknown): void }, options: Partial<A360Options> = {}): Promise<Stage> => {
  const app = Fastify({ forceCloseConnections: true });
  const asked: Asked[] = [];
  const scripts = new Map<string, Script[]>();
  let logins = 0;
  scripts.set(paths.login, [() => ({ body: { token: `token-${++logins}`, user: { id: 1 } } })]);
  app.post('/*', async (request, reply) => {
    const one: Asked = {
      path: request.url,
      body: request.body as Record<string, unknown>,
      token: request.headers['x-authorization'] as string | undefined,
    };
    asked.push(one);
    const queue = scripts.get(request.url) ?? [{ status: 404 }];
    const script = (queue.length > 1 ? queue.shift() : queue[0]) as Script;
    return answerWith(reply, typeof script === 'function' ? await script(one) : script);
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const clock = manualClock();
  const room = createControlRoom({
    ...{ baseUrl: url, user: 'sam', apiKey: 'clave-de-api', verifyTls: true, timeoutMs: 20_000, renewTokenAfterMs: 1_140_000 },
    ...{ pageSize: 2, maxPages: 50, deployVersion: 4, clock },
    ...options,
  });
  t.after(async () => {
    await room.close();
    await app.close();
  });
  return {
    ...{ url, room, clock, asked },
    to: (path) => asked.filter((one) => one.path === path),
    answer: (path, ...list) => void scripts.set(path, list),
  };
};

const answerWith = (reply: FastifyReply, { status = 200, body, headers = {}, silence }: Scripted): FastifyReply => {
  if (silence !== undefined) {
    reply.hijack();
    if (silence === 'cut') reply.raw.destroy();
    return reply;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  return reply
    .code(status)
    .headers({ 'content-type': 'application/json', ...headers })
    .send(text);
};

/** The error a call ended with. */
export const errorOf = async (work: Promise<unknown>): Promise<A360Error> => {
  const ended = await work.then(
    () => null,
    (error: A360Error) => error,
  );
  if (ended === null) throw new Error('it should have failed');
  return ended;
};

export const failureOf = async (work: Promise<unknown>): Promise<A360Failure> => (await errorOf(work)).failure;

/** Moves time on whenever somebody rests, until the work is done. Answers how long was waited in all. */
export const passing = async (clock: ManualClock, work: Promise<unknown>): Promise<number> => {
  const begun = clock.monotonic();
  let done = false;
  const end = () => {
    done = true;
  };
  work.then(end, end);
  while (!done) {
    if (clock.sleeping() > 0) await clock.advance(500);
    await settled();
    await delay(1);
  }
  return clock.monotonic() - begun;
};
