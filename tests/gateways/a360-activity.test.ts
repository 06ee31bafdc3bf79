import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { A360Error } from '#server/gateways/a360/a360.ts';
import {
  instant,
  readActivity,
  readBots,
  readDeploymentId,
  readDevices,
  readPage,
  readRefusals,
  readToken,
  readUsers,
} from '#server/gateways/a360/rows.ts';
import { type Asked, errorOf, failureOf, openStage, page, paths } from './a360-stage.ts';

const row = (n: number, more: object = {}) => ({ id: `a${n}`, deploymentId: `d-${n}`, status: 'RUNNING', ...more });
const filterOf = (asked: Asked | undefined) => asked?.body.filter;
const eq = (field: string, value: string) => ({ operator: 'eq', field, value });

test('a run is told with its times in milliseconds and its ids as text', async (t) => {
  const { room, answer } = await openStage(t);
  const [begun, none] = ['2026-03-02T12:00:05.123456789Z', '1970-01-01T00:00:00Z'];
  const raw = { startDateTime: begun, endDateTime: none, fileId: 4711, deviceId: '31', userId: '88', message: null };
  answer(
    paths.activity,
    page([row(1, { ...raw, outputVariables: { out: { type: 'STRING', string: 'ok' } } }), row(2, { status: 'RARO', fileId: '' })]),
  );
  assert.deepEqual(await room.activity({ active: true }), [
    {
      ...{ id: 'a1', deploymentId: 'd-1', status: 'RUNNING', startedAt: '2026-03-02T12:00:05.123Z', endedAt: null },
      ...{ fileId: '4711', deviceId: '31', userId: '88', message: '', output: { out: { type: 'STRING', string: 'ok' } } },
    },
    {
      ...{ id: 'a2', deploymentId: 'd-2', status: 'RARO', startedAt: null, endedAt: null },
      ...{ fileId: null, deviceId: null, userId: null, message: '', output: null },
    },
  ]);
});

test('those that have not ended are asked for by their state', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.activity, page([]));
  await room.activity({ active: true });
  const states = ['DEPLOYED', 'QUEUED', 'PENDING_EXECUTION', 'UPDATE', 'RUNNING', 'RUN_PAUSED'];
  assert.deepEqual(filterOf(to(paths.activity)[0]), { operator: 'or', operands: states.map((state) => eq('status', state)) });
});

test('one deployment is asked for by itself, several by any of their ids, none not at all', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.activity, page([]));
  assert.deepEqual(await room.activity({ deploymentIds: [] }), []);
  assert.equal(to(paths.activity).length, 0);
  await room.activity({ deploymentIds: ['d-1'] });
  await room.activity({ deploymentIds: ['d-1', 'd-2', 'd-1'] });
  assert.deepEqual(to(paths.activity).map(filterOf), [
    eq('deploymentId', 'd-1'),
    { operator: 'or', operands: [eq('deploymentId', 'd-1'), eq('deploymentId', 'd-2')] },
  ]);
});

test('many deployments are asked for in lots, and a lot that fails fails the call', async (t) => {
  const { room, to, answer } = await openStage(t);
  const deploymentIds = Array.from({ length: 250 }, (_, n) => `d-${n}`);
  answer(paths.activity, page([row(1)]), page([row(101)]), page([row(201)]));
  assert.deepEqual(
    (await room.activity({ deploymentIds })).map(({ id }) => id),
    ['a1', 'a101', 'a201'],
  );
  assert.deepEqual(
    to(paths.activity).map((asked) => (filterOf(asked) as { operands: unknown[] }).operands.length),
    [100, 100, 50],
  );
  answer(paths.activity, page([row(1)]), { status: 500 });
  assert.equal(await failureOf(room.activity({ deploymentIds })), 'servidor');
});

test('several rows of one deployment come as they are; runs nobody deployed do not', async (t) => {
  const { room, answer } = await openStage(t);
  answer(
    paths.activity,
    page([row(1), row(2, { deploymentId: 'd-1' }), row(3, { deploymentId: null }), row(4, { deploymentId: '' })], 0),
    page([], 0),
  );
  assert.deepEqual(
    (await room.activity({ deploymentIds: ['d-1'] })).map(({ id, deploymentId }) => [id, deploymentId]),
    [
      ['a1', 'd-1'],
      ['a2', 'd-1'],
    ],
  );
});

test('a lost deploy is looked for by bot and user, begun since or still waiting for its turn', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.activity, page([]));
  await room.activity({ fileId: '4711', userId: '88', since: '2026-03-02T09:00:00.000Z' });
  const { operator, operands } = filterOf(to(paths.activity)[0]) as { operator: string; operands: { operands?: unknown[] }[] };
  assert.equal(operator, 'and');
  assert.deepEqual(operands.slice(0, 2), [eq('fileId', '4711'), eq('userId', '88')]);
  assert.deepEqual(operands[2]?.operands?.[0], { operator: 'ge', field: 'startDateTime', value: '2026-03-02T09:00:00.000Z' });
});

test('many lost deploys are looked for in lots, each by its own bot and user', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.activity, page([]));
  const launches = Array.from({ length: 51 }, (_, n) => ({ fileId: String(n), userId: '88' }));
  await room.activity({ launches, since: '2026-03-02T09:00:00.000Z' });
  const [first, last] = to(paths.activity).map(filterOf) as { operands: { operator: string; operands: unknown[] }[] }[];
  assert.deepEqual([first?.operands[0]?.operator, first?.operands[0]?.operands.length], ['or', 50]);
  assert.deepEqual(last?.operands[0], { operator: 'and', operands: [eq('fileId', '50'), eq('userId', '88')] });
});

test('runs are stopped by the id of their activity, and those A360 would not stop come back with its reason', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.manage, { body: { manage_action_errors: [{ execution_id: 'a2', error_response: 'already finished' }] } }, { body: {} });
  assert.deepEqual(await room.stop(['a1', 'a2']), [{ id: 'a2', reason: 'already finished' }]);
  assert.deepEqual(to(paths.manage)[0]?.body, { stop_executions: { execution_ids: ['a1', 'a2'] } });
  assert.deepEqual(await room.stop(['a1']), []);
  assert.deepEqual(await room.stop([]), []);
  assert.equal(to(paths.manage).length, 2);
});

test('a refusal that names nobody is everybody’s', async (t) => {
  const { room, answer } = await openStage(t);
  answer(paths.manage, { body: { manage_action_errors: ['not allowed'] } });
  assert.deepEqual(await room.stop(['a1', 'a2']), [
    { id: 'a1', reason: 'not allowed' },
    { id: 'a2', reason: 'not allowed' },
  ]);
});

test('an order to stop that fails is told, and not repeated', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.manage, { status: 503, body: { message: 'x' } });
  assert.equal((await errorOf(room.stop(['a1']))).message, 'A360 tiene un error propio al parar ejecuciones (503): «x».');
  assert.equal(to(paths.manage).length, 1);
});

const instants: [given: unknown, read: string | null][] = [
  ['2026-03-02T12:00:05.5Z', '2026-03-02T12:00:05.500Z'],
  ['2026-03-02T12:00:05', '2026-03-02T12:00:05.000Z'],
  ['2026-03-02T12:00:05.9999+01:00', '2026-03-02T11:00:05.999Z'],
  ['1970-01-01T00:00:00Z', null],
  ['0001-01-01T00:00:00Z', null],
  ['ayer', null],
  ['', null],
  [null, null],
  [1_772_000_000_000, null],
];
for (const [given, read] of instants)
  test(`the instant ${JSON.stringify(given)} is ${read ?? 'none'}`, () => assert.equal(instant(given), read));

test('any instant after 1970 keeps its milliseconds', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
      fc.stringMatching(/^\d{0,6}$/),
      (date, rest) => {
        assert.equal(instant(date.toISOString().replace('Z', `${rest}Z`)), date.toISOString());
      },
    ),
  );
});

test('whatever A360 sends is read or refused with a sentence, never anything else', () => {
  const key = fc.constantFrom('id', 'deploymentId', 'list', 'page', 'totalFilter', 'defaultUsers', 'manage_action_errors', 'token', 'name');
  const inner = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 });
  const tree = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.dictionary(key, fc.oneof(inner, fc.array(inner, { maxLength: 3 })), { maxKeys: 5 }),
  );
  const readers = [readBots, readDevices, readUsers, readActivity].map((read) => (value: unknown) => read([value]));
  const ofText = [(text: string) => readPage(text, 'x'), readToken, readDeploymentId, (text: string) => readRefusals(text, ['a1'])];
  const all = [...readers, ...ofText.map((read) => (value: unknown) => read(JSON.stringify(value)))];
  fc.assert(
    fc.property(tree, (value) => {
      for (const read of all) {
        try {
          read(value);
        } catch (error) {
          assert.ok(error instanceof A360Error, String(error));
        }
      }
    }),
  );
});
