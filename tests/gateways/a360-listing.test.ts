import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asked, errorOf, failureOf, openStage, page, passing, paths, type Scripted } from './a360-stage.ts';

const device = (id: unknown, more: object = {}) => ({ id, hostName: `VM-${id}`, status: 'CONNECTED', ...more });
const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
const offsets = (asked: readonly Asked[]) => asked.map(({ body }) => (body.page as { offset: number }).offset);

test('a listing without conditions goes without filter, sorted by id', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.devices, page([]));
  assert.deepEqual(await room.devices(), []);
  assert.deepEqual(to(paths.devices)[0]?.body, { sort: [{ field: 'id', direction: 'asc' }], page: { offset: 0, length: 2 } });
});

test('a lone condition stands without the operator that joins', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.bots, page([{ id: 7, name: 'P1_Uno', path: 'Automation Anywhere\\Bots\\RPA', description: null }]));
  assert.deepEqual(await room.bots(), [{ id: '7', name: 'P1_Uno', path: 'Automation Anywhere\\Bots\\RPA', description: '' }]);
  assert.deepEqual(to(paths.bots)[0]?.body.filter, { operator: 'eq', field: 'type', value: 'application/vnd.aa.taskbot' });
});

test('devices tell their state and whose default they are; ids come as numbers or as text', async (t) => {
  const { room, answer } = await openStage(t);
  const users = [{ id: 88, username: 'runner' }, { id: '89' }, { id: 'x' }];
  answer(paths.devices, page([device('0031', { defaultUsers: users }), device(32, { status: 'DISCONNECTED', hostName: null })]));
  assert.deepEqual(await room.devices(), [
    {
      id: '31',
      hostName: 'VM-0031',
      connected: true,
      users: [
        { id: '88', name: 'runner' },
        { id: '89', name: '' },
      ],
    },
    { id: '32', hostName: '32', connected: false, users: [] },
  ]);
});

test('users tell all their licences and whether they are disabled', async (t) => {
  const { room, answer } = await openStage(t);
  answer(
    paths.users,
    page([
      { id: '88', username: 'runner', licenseFeatures: ['ATTENDEDRUNTIME', 'DEVELOPMENT'], disabled: true },
      { id: 9, username: 'x' },
    ]),
  );
  assert.deepEqual(await room.users(), [
    { id: '88', name: 'runner', licences: ['ATTENDEDRUNTIME', 'DEVELOPMENT'], disabled: true },
    { id: '9', name: 'x', licences: [], disabled: false },
  ]);
});

test('pages are asked for until the total is reached, also where one is shorter than asked', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.devices, page([device(1)], 4), page([device(2), device(3)], '4'), page([device(4)], 4));
  assert.deepEqual(ids(await room.devices()), ['1', '2', '3', '4']);
  assert.deepEqual(offsets(to(paths.devices)), [0, 1, 3]);
});

for (const total of [0, null, undefined])
  test(`with ${total} as the total, the items count and a short page is the last`, async (t) => {
    const { room, to, answer } = await openStage(t);
    const bodies = [[device(1), device(2)], [device(3)]].map((list) => ({ body: { page: { totalFilter: total }, list } }));
    answer(paths.devices, ...bodies);
    assert.deepEqual(ids(await room.devices()), ['1', '2', '3']);
    assert.equal(to(paths.devices).length, 2);
  });

test('an answer without any total ends with an empty page too', async (t) => {
  const { room, answer } = await openStage(t);
  answer(paths.devices, { body: { list: [device(1), device(2)] } }, { body: { list: [] } });
  assert.deepEqual(ids(await room.devices()), ['1', '2']);
});

test('a row that comes in two pages counts once', async (t) => {
  const { room, answer } = await openStage(t);
  answer(paths.devices, page([device(1), device(2)], 3), page([device('2'), device(3)], 3));
  assert.deepEqual(ids(await room.devices()), ['1', '2', '3']);
});

test('a row that comes twice in the place of another is no whole listing: it is read again', async (t) => {
  const { room, answer } = await openStage(t);
  const again = [page([device(0), device(1)], 4), page([device(2), device(3)], 4)];
  answer(paths.devices, page([device(1), device(2)], 4), page([device('2'), device(3)], 4), ...again);
  assert.deepEqual(ids(await room.devices()), ['0', '1', '2', '3']);
});

test('runs that end while the active ones are listed do not fail the listing', async (t) => {
  const { room, to, answer } = await openStage(t);
  const run = (n: number) => ({ id: `a${n}`, deploymentId: `d${n}`, status: 'RUNNING' });
  answer(paths.activity, page([run(1), run(2)], 6), page([run(4), run(5)], 5), page([], 4));
  assert.deepEqual(
    (await room.activity({ active: true })).map(({ deploymentId }) => deploymentId),
    ['d1', 'd2', 'd4', 'd5'],
  );
  assert.ok(to(paths.activity).length <= 3);
});

test('a listing from which rows left while it was read is read again', async (t) => {
  const { room, answer } = await openStage(t);
  const again = [page([device(2), device(3)], 3), page([device(4)], 3)];
  answer(paths.devices, page([device(1), device(2)], 4), page([device(4)], 3), ...again);
  assert.deepEqual(ids(await room.devices()), ['2', '3', '4']);
});

const restless: [why: string, script: (asked: Asked) => Scripted][] = [
  ['repeats its first page for ever', () => page([device(1), device(2)], 0)],
  ['repeats its first page and says there is more', () => page([device(1), device(2)], 900)],
  ['says there are rows and brings none', () => page([], 5)],
];
for (const [why, script] of restless)
  test(`a listing that ${why} fails instead of looping or passing for whole`, async (t) => {
    const { room, to, answer } = await openStage(t);
    answer(paths.devices, script);
    assert.equal(await failureOf(room.devices()), 'respuesta');
    assert.ok(to(paths.devices).length <= 6);
  });

test('more pages than allowed is a failure, not a shorter listing', async (t) => {
  const { room, to, answer } = await openStage(t, { maxPages: 3 });
  answer(paths.devices, ({ body }) => {
    const { offset } = body.page as { offset: number };
    return page([device(offset + 1), device(offset + 2)], 1000);
  });
  assert.match((await errorOf(room.devices())).message, /más de 3 páginas: suba API_MAX_PAGINATION_PAGES/);
  assert.equal(to(paths.devices).length, 3);
});

test('a page that fails fails the listing', async (t) => {
  const { room, answer } = await openStage(t);
  answer(paths.devices, page([device(1), device(2)], 4), { status: 500, body: { message: 'boom' } });
  assert.equal((await errorOf(room.devices())).message, 'A360 tiene un error propio al listar equipos (500): «boom».');
});

const unreadable: [why: string, answer: Scripted][] = [
  ['a page of HTML', { body: '<html>entrar</html>', headers: { 'content-type': 'text/html' } }],
  ['an object that is no list', { body: { equipos: [] } }],
  ['a row without id', page([{ hostName: 'VM' }])],
  ['a redirection', { status: 302, headers: { location: '/otra' } }],
];
for (const [why, scripted] of unreadable)
  test(`${why} is no empty listing`, async (t) => {
    const { room, answer } = await openStage(t);
    answer(paths.devices, scripted);
    assert.equal(await failureOf(room.devices()), 'respuesta');
  });

test('an account that may not list users is told so', async (t) => {
  const { room, answer } = await openStage(t);
  answer(paths.users, { status: 403, body: { message: 'No permission' } });
  const { failure, message } = await errorOf(room.users());
  assert.deepEqual([failure, message], ['permiso', 'A360 no permite a este usuario listar usuarios (403): «No permission».']);
});

const passingTroubles: [why: string, answer: Scripted][] = [
  ...[502, 503, 504].map((status): [string, Scripted] => [`a ${status}`, { status }]),
  ['a broken connection', { silence: 'cut' }],
];
for (const [why, trouble] of passingTroubles)
  test(`after ${why} a listing is asked for twice more, with growing rests`, async (t) => {
    const { room, to, answer, clock } = await openStage(t);
    answer(paths.devices, trouble, trouble, page([device(1)]));
    const work = room.devices();
    assert.equal(await passing(clock, work), 4000);
    assert.deepEqual(ids(await work), ['1']);
    answer(paths.devices, trouble);
    const before = to(paths.devices).length;
    const failing = room.devices();
    await passing(clock, failing);
    assert.equal((await errorOf(failing)).transient, true);
    assert.equal(to(paths.devices).length - before, 3);
  });

for (const [given, waited] of [
  ['7', 7000],
  ['Mon, 02 Mar 2026 09:00:20 GMT', 20_000],
  ['mañana', 1000],
] as const)
  test(`told to slow down with «${given}», a listing waits as asked`, async (t) => {
    const { room, answer, clock } = await openStage(t);
    const headers = { 'retry-after': Buffer.from(given).toString('latin1') };
    answer(paths.devices, { status: 429, headers }, page([device(1)]));
    const work = room.devices();
    assert.equal(await passing(clock, work), waited);
    assert.deepEqual(ids(await work), ['1']);
  });

test('told to wait for longer than a listing can, it fails at once and says for how long', async (t) => {
  const { room, answer } = await openStage(t);
  answer(paths.devices, { status: 429, headers: { 'retry-after': '86400' } });
  const { failure, retryAfterMs } = await errorOf(room.devices());
  assert.deepEqual([failure, retryAfterMs], ['ritmo', 600_000]);
});

test('a check is one cheap list, asked once', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.devices, page([device(1)], 300));
  await room.check();
  assert.deepEqual(to(paths.devices)[0]?.body.page, { offset: 0, length: 1 });
  answer(paths.devices, { status: 503 });
  assert.equal(await failureOf(room.check()), 'servidor');
  assert.equal(to(paths.devices).length, 2);
});

test('who is stopped while it rests asks no more', async (t) => {
  const { room, to, answer, clock } = await openStage(t);
  answer(paths.devices, { status: 503 });
  const stop = new AbortController();
  const work = room.devices(stop.signal);
  while (clock.sleeping() === 0) await new Promise(setImmediate);
  stop.abort();
  assert.equal(await failureOf(work), 'servidor');
  assert.equal(to(paths.devices).length, 1);
});
