import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { A360FaultName } from '#server/demo/a360/a360-faults.ts';
import type { SimulatedControlRoom } from '#server/demo/a360/control-room.ts';
import type { Page } from '#server/demo/a360/envelope.ts';

/** Whatever the Control Room answers: a test looks at the fields of its call. */
type Told = Page & {
  readonly token: string;
  readonly user: { readonly username: string };
  readonly deploymentId: string;
  readonly automationName: string;
  readonly manage_action_errors: readonly unknown[];
  readonly code: string;
  readonly message: string;
};
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Told };

/** Asks one thing over real HTTP. */
export const post = async (url: string, path: string, body: unknown, token?: string): Promise<Answer> => {
  const headers = { 'content-type': 'application/json', ...(token === undefined ? {} : { 'x-authorization': token }) };
  const answer = await fetch(url + path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const told = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json');
  return { status: answer.status, headers: answer.headers, body: (isJson ? JSON.parse(told) : told) as Told };
};

export const paths = {
  bots: '/v2/repository/workspaces/public/files/list',
  devices: '/v2/devices/list',
  users: '/v2/usermanagement/users/list',
  runAs: '/v1/devices/runasusers/list',
  activity: '/v3/activity/list',
  manage: '/v3/activity/manage',
  reset: '/v2/devices/reset',
  deploy3: '/v3/automations/deploy',
  deploy4: '/v4/automations/deploy',
} as const;

export const eq = (field: string, value: unknown) => ({ operator: 'eq', field, value });

export type Callback = { readonly url: string; readonly headers?: Readonly<Record<string, string>> };

export const deploy4 = (userId: number, rest: { callbackInfo?: Callback; botInput?: unknown; botId?: number } = {}) => ({
  ...{ botId: 4711, unattendedRequest: { runAsUserIds: [userId], deviceUsageType: 'RUN_ONLY_ON_DEFAULT_DEVICE' } },
  ...rest,
});

/** Somebody who has entered by API key. */
export const enter = async ({ url, script, faults }: SimulatedControlRoom) => {
  const { username, apiKey } = script.account;
  const { body } = await post(url, '/v2/authentication', { username, apiKey });
  const { token } = body;
  const ask = (path: string, order: unknown) => post(url, path, order, token);
  return {
    token,
    ask,
    deploy: (userId = 88, rest: Parameters<typeof deploy4>[1] = {}) => ask(paths.deploy4, deploy4(userId, rest)),
    list: async (path: string, order: unknown = {}) => (await ask(path, order)).body,
    activity: async (order: unknown = {}) => (await ask(paths.activity, order)).body.list,
    arm: (name: A360FaultName, times = 1) => faults.arm(name, times),
  };
};

/** Listens for callbacks; `next` resolves with the one that comes next, also if it already came. */
export const catchCallbacks = async (status = 200) => {
  type Caught = { readonly headers: IncomingHttpHeaders; readonly body: Record<string, unknown> };
  const caught: Caught[] = [];
  const arrivals = new EventTarget();
  let read = 0;
  const server = createServer(async (request, response) => {
    caught.push({ headers: request.headers, body: (await json(request)) as Record<string, unknown> });
    response.writeHead(status).end();
    arrivals.dispatchEvent(new Event('one'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/callback`,
    caught,
    next: async (): Promise<Caught> => {
      if (caught.length <= read) await once(arrivals, 'one');
      read += 1;
      return caught[read - 1] as Caught;
    },
    close: () => server.close(),
  };
};
