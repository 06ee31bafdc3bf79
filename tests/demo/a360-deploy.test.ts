import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runs } from '#server/demo/a360/script.ts';
import { type ControlRoomStand, standControlRoom } from '#tests/support/control-room.ts';
import { catchCallbacks, deploy4, enter, eq, paths } from './a360-client.ts';

const bots = [
  { id: '4711', name: 'P01_Prueba_Uno', path: 'Bots\\RPA\\P01_Prueba_Uno' },
  { id: '4712', name: 'P02_Con_Entrada', path: 'Bots\\RPA\\P02_Con_Entrada', inputs: { in_Veces: 'NUMBER', in_Nombre: 'STRING' } as const },
  { id: '4713', name: 'P03_Breve', path: 'Bots\\RPA\\P03_Breve', plans: [runs(1), runs(1, 'RUN_FAILED', { message: 'boom' })] },
];
const users = [
  { id: '88', username: 'runner88', licences: ['ATTENDEDRUNTIME'], disabled: false },
  { id: '89', username: 'runner89', licences: ['RUNTIME'], disabled: false },
  { id: '90', username: 'desactivado', licences: ['RUNTIME'], disabled: true },
  { id: '91', username: 'sin.equipo', licences: ['RUNTIME'], disabled: false },
  { id: '92', username: 'apagado', licences: ['RUNTIME'], disabled: false },
  { id: '93', username: 'creador', licences: ['DEVELOPMENT'], disabled: false },
];
const devices = [
  { id: '31', hostName: 'VM-1', connected: true, defaultUsers: ['88'] },
  { id: '32', hostName: 'VM-2', connected: true, defaultUsers: ['89', '90'] },
  { id: '33', hostName: 'VM-3', connected: false, defaultUsers: ['92', '93'] },
];

describe('a deploy at the simulated Control Room', () => {
  let room: ControlRoomStand;
  let visitor: Awaited<ReturnType<typeof enter>>;
  before(async () => {
    room = await standControlRoom({ bots, users, devices });
    visitor = await enter(room);
  });
  after(() => room.close());

  it('answers a deploymentId, and the run is on the list and in the register', async () => {
    const { status, body } = await visitor.deploy();
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['deploymentId']);
    const [item] = await visitor.activity({ filter: eq('deploymentId', body.deploymentId) });
    assert.deepEqual([item?.status, item?.fileId, item?.deviceId, item?.userId], ['RUNNING', '4711', '31', '88']);
    assert.match(String(item?.startDateTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    assert.equal(item?.endDateTime, '1970-01-01T00:00:00Z');
    const entries = (await (await fetch(`${room.url}/registro.json`)).json()) as ReturnType<typeof room.register>;
    assert.deepEqual(entries.at(-1)?.body, deploy4(88));
    assert.equal(entries.at(-1)?.deploymentId, body.deploymentId);
    room.finish(body.deploymentId);
  });

  it('of version 3 also answers the name of the automation', async () => {
    const order = { fileId: 4711, runAsUserIds: [88], poolIds: [], overrideDefaultDevice: false };
    const { body } = await visitor.ask(paths.deploy3, order);
    assert.equal(body.automationName, 'P01_Prueba_Uno');
    room.finish(body.deploymentId);
  });

  it('waits QUEUED while its device has another run, begins when that one ends, and one device never has two', async () => {
    const first = (await visitor.deploy(88)).body.deploymentId;
    const second = (await visitor.deploy(88)).body.deploymentId;
    const other = (await visitor.deploy(89)).body.deploymentId;
    const statusOf = async (id: string) => (await visitor.activity({ filter: eq('deploymentId', id) }))[0]?.status;
    assert.deepEqual([await statusOf(first), await statusOf(second), await statusOf(other)], ['RUNNING', 'QUEUED', 'RUNNING']);
    room.finish(first);
    assert.deepEqual([await statusOf(first), await statusOf(second)], ['COMPLETED', 'RUNNING']);
    const [one, two] = room.register().filter((entry) => [first, second].includes(entry.deploymentId));
    assert.equal(two?.inicio, one?.fin);
    assert.deepEqual([one?.esperaEquipo, two?.esperaEquipo], [false, true]);
    for (const id of [second, other]) room.finish(id);
  });

  for (const [what, order, status, words] of [
    ['an unknown bot', deploy4(88, { botId: 9999 }), 404, /File with id 9999/],
    ['an unknown user', deploy4(999), 400, /deleted or disabled/],
    ['a disabled user', deploy4(90), 400, /deleted or disabled/],
    ['a user without default device', deploy4(91), 400, /None of the user\(s\) specified have default device\(s\)/],
    ['a device that is offline', deploy4(92), 412, /offline/],
    ['a user without a runner licence', deploy4(93), 400, /license/],
    ['no user at all', { botId: 4711, unattendedRequest: { runAsUserIds: [] } }, 400, /at least one user/],
    ['no bot', { unattendedRequest: { runAsUserIds: [88] } }, 400, /botId/],
    ['a callback that is no address', deploy4(88, { callbackInfo: { url: 'nada' } }), 400, /url/i],
    ['a value without its type', deploy4(88, { botInput: { in_Veces: '3' } }), 400, /no valid type/],
    ['a value under another key', deploy4(88, { botInput: { in_Veces: { type: 'NUMBER', string: '3' } } }), 400, /no valid type/],
    ['a number that is none', deploy4(88, { botInput: { in_Veces: { type: 'NUMBER', number: 'tres' } } }), 400, /no valid type/],
    ['a variable of another type', deploy4(88, { botId: 4712, botInput: { in_Veces: { type: 'STRING', string: '3' } } }), 400, /is NUMBER/],
    [
      'a variable that is no input',
      deploy4(88, { botId: 4712, botInput: { x: { type: 'STRING', string: '3' } } }),
      400,
      /not marked as input/,
    ],
  ] as const)
    it(`refuses ${what} with ${status} in A360's error body, and runs nothing`, async () => {
      const before = room.register().length;
      const { status: answered, body } = await visitor.ask(paths.deploy4, order);
      assert.equal(answered, status);
      assert.deepEqual(Object.keys(body), ['code', 'message', 'details']);
      assert.match(body.message, words);
      assert.equal(room.register().length, before);
    });

  it('takes every type of value', async () => {
    const botInput = {
      ...{ a: { type: 'STRING', string: 'x' }, b: { type: 'NUMBER', number: '3' }, c: { type: 'BOOLEAN', boolean: true } },
      d: { type: 'LIST', list: [{ type: 'STRING', string: 'x' }] },
      e: { type: 'DICTIONARY', dictionary: [{ key: 'k', value: { type: 'NUMBER', number: '1.5' } }] },
      f: { type: 'DATETIME', string: '2026-03-02T12:00:00Z' },
    };
    const { status, body } = await visitor.deploy(88, { botInput });
    assert.equal(status, 200);
    room.finish(body.deploymentId);
  });

  it('tells the end of a run once, with its own headers and RUN_COMPLETED for COMPLETED', async () => {
    const catcher = await catchCallbacks();
    const callbackInfo = { url: catcher.url, headers: { 'X-Authorization': 'secreto' } };
    const { body } = await visitor.deploy(88, { callbackInfo, botId: 4713 });
    const caught = await catcher.next();
    assert.equal(caught.headers['x-authorization'], 'secreto');
    assert.deepEqual(caught.body, {
      ...{ deploymentId: body.deploymentId, status: 'RUN_COMPLETED', deviceId: '31', userId: '88', botOutput: {} },
    });
    const [item] = await visitor.activity({ filter: eq('deploymentId', body.deploymentId) });
    assert.equal(item?.status, 'COMPLETED');
    catcher.close();
  });

  it('lets a bot take its plans in turns', async () => {
    const catcher = await catchCallbacks();
    await visitor.deploy(89, { callbackInfo: { url: catcher.url }, botId: 4713 });
    assert.equal((await catcher.next()).body.status, 'RUN_FAILED');
    assert.equal(room.register().at(-1)?.mensaje, 'boom');
    catcher.close();
  });
});
