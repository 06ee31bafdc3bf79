import Fastify from 'fastify';
import type { Condition } from '#server/gateways/a360/listing.ts';
import type { A360Harness } from './a360-contract.ts';

type Row = Readonly<Record<string, unknown>>;
type Envelope = { readonly filter?: Condition; readonly page: { readonly offset: number; readonly length: number } };

const lists: Readonly<Record<string, readonly Row[]>> = {
  '/v2/repository/workspaces/public/files/list': [
    { id: '4711', name: 'P1_Uno', type: 'application/vnd.aa.taskbot', path: 'Bots\\RPA\\P1_Uno', description: '' },
  ],
  '/v2/devices/list': [
    { id: '31', hostName: 'VM-1', status: 'CONNECTED', defaultUsers: [{ id: '88', username: 'runner1' }] },
    { id: 32, hostName: 'VM-2', status: 'DISCONNECTED', defaultUsers: [] },
    { id: '33', hostName: 'VM-3', status: 'CONNECTED' },
  ],
  '/v2/usermanagement/users/list': [{ id: '88', username: 'runner1', licenseFeatures: ['ATTENDEDRUNTIME'], disabled: false }],
  '/v3/activity/list': [
    { id: 'a1', deploymentId: 'd-1', status: 'RUN_FAILED', ...{ fileId: '4711', userId: '88' }, startDateTime: '2026-03-02T08:00:00.5Z' },
    { id: 'a2', deploymentId: 'd-2', status: 'RUNNING', ...{ fileId: '4711', userId: '88' }, startDateTime: '2026-03-02T09:00:00.5Z' },
    { id: 'a3', deploymentId: 'd-3', status: 'QUEUED', ...{ fileId: '4711', userId: '89' }, startDateTime: '1970-01-01T00:00:00Z' },
  ],
};

const meets = (row: Row, filter: Condition): boolean => {
  if ('operands' in filter) return filter.operands[filter.operator === 'and' ? 'every' : 'some']((one) => meets(row, one));
  const value = String(row[filter.field] ?? '');
  return filter.operator === 'eq' ? value === filter.value : Date.parse(value) >= Date.parse(filter.value);
};

/** The least a Control Room can be: a login and four lists. */
export const smallHarness: A360Harness = {
  name: 'a small scripted one',
  open: async () => {
    const app = Fastify({ forceCloseConnections: true });
    app.post<{ Body: { username: string; apiKey: string } }>('/v2/authentication', async ({ body }, reply) =>
      body.username === 'sam' && body.apiKey === 'clave' ? { token: 'pase' } : reply.code(401).send({ message: 'Invalid credentials' }),
    );
    for (const [path, rows] of Object.entries(lists))
      app.post<{ Body: Envelope }>(path, async ({ headers, body: { filter, page } }, reply) => {
        if (headers['x-authorization'] !== 'pase') return reply.code(401).send({ message: 'no token' });
        const found = filter === undefined ? rows : rows.filter((row) => meets(row, filter));
        const list = found.slice(page.offset, page.offset + page.length);
        return { page: { offset: page.offset, total: rows.length, totalFilter: found.length }, list };
      });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return { settings: { AA_URL: url, AA_USER: 'sam', AA_API_KEY: 'clave' }, close: () => app.close() };
  },
};
