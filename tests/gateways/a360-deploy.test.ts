import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { A360Failure, DeployOrder } from '#server/gateways/a360/a360.ts';
import { errorOf, openStage, paths, type Scripted } from './a360-stage.ts';

const order: DeployOrder = {
  fileId: '4711',
  userId: '88',
  callback: { url: 'https://sam.example/api/callback', headers: { 'X-Authorization': 'secreto-del-aviso' } },
  botInput: { in_NumRepeticion: { type: 'NUMBER', number: '3' } },
};
const callbackInfo = { url: 'https://sam.example/api/callback', headers: { 'X-Authorization': 'secreto-del-aviso' } };
const botInput = { in_NumRepeticion: { type: 'NUMBER', number: '3' } };
const accepted = { body: { deploymentId: 'd-1' } };

test('a deploy of version 4 says the bot, its user and that it runs on the default device', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.deploy4, accepted);
  assert.deepEqual(await room.deploy(order), { deploymentId: 'd-1' });
  assert.deepEqual(to(paths.deploy4)[0]?.body, {
    botId: 4711,
    unattendedRequest: { runAsUserIds: [88], deviceUsageType: 'RUN_ONLY_ON_DEFAULT_DEVICE' },
    callbackInfo,
    botInput,
  });
});

test('a deploy of version 3 has the body of that version', async (t) => {
  const { room, to, answer } = await openStage(t, { deployVersion: 3 });
  answer(paths.deploy3, { body: { deploymentId: 'd-3', automationName: 'P1' } });
  assert.deepEqual(await room.deploy(order), { deploymentId: 'd-3' });
  assert.deepEqual(to(paths.deploy3)[0]?.body, {
    ...{ fileId: 4711, runAsUserIds: [88], poolIds: [], overrideDefaultDevice: false },
    ...{ callbackInfo, botInput },
  });
});

test('without an address for callbacks none is sent', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.deploy4, accepted);
  await room.deploy({ ...order, callback: null });
  assert.equal('callbackInfo' in (to(paths.deploy4)[0]?.body ?? {}), false);
});

const table: [status: number, text: string, failure: A360Failure][] = [
  [400, 'Devices VM-1 ARE NOT ACTIVE', 'equipo_ocupado'],
  [400, 'The device is Not Connected', 'equipo_ocupado'],
  [400, 'Device is offline', 'equipo_ocupado'],
  [400, 'None of the user(s) [88] have default device(s)', 'equipo_config'],
  [400, 'None of the users has a default device', 'equipo_config'],
  [400, 'User 88 is Deleted or Disabled', 'usuario'],
  [400, 'Bot input in_X is not valid', 'config'],
  [412, 'No Compatible Targets Found', 'robot'],
  [412, 'Device busy', 'equipo_ocupado'],
  [403, 'Forbidden', 'config'],
  [404, 'File 4711 not found', 'config'],
  [409, 'Conflict', 'config'],
  [429, 'Too many', 'ritmo'],
  [500, 'Internal error', 'servidor'],
  [503, 'Unavailable: device is offline', 'servidor'],
  [408, 'Request timeout', 'red'],
];
for (const [status, text, failure] of table)
  for (const [where, body] of [
    ['in its message', { code: 'INVALID_ARGUMENT', message: text, details: 'x' }],
    ['in a bare body', text],
  ] as const)
    test(`a deploy answered with ${status} and «${text}» ${where} is ${failure}, and is asked once`, async (t) => {
      const { room, to, answer } = await openStage(t);
      answer(paths.deploy4, { status, body });
      const error = await errorOf(room.deploy(order));
      assert.deepEqual([error.failure, error.status], [failure, status]);
      assert.ok(error.message.includes(`(${status})`) && error.message.includes(text), error.message);
      assert.equal(to(paths.deploy4).length, 1);
    });

const lost: [why: string, answer: Scripted, timeoutMs?: number][] = [
  ['no answer in time', { silence: 'never' }, 150],
  ['a connection that breaks', { silence: 'cut' }],
  ['a success without deploymentId', { body: { automationName: 'P1' } }],
  ['a success that is no JSON', { body: '<html>' }],
  ['a deploymentId of null', { body: { deploymentId: null } }],
];
for (const [why, scripted, timeoutMs = 20_000] of lost)
  test(`after ${why} nobody knows whether the run began, and it is not asked again`, async (t) => {
    const { room, to, answer } = await openStage(t, { timeoutMs });
    answer(paths.deploy4, scripted);
    const error = await errorOf(room.deploy(order));
    assert.deepEqual([error.failure, error.maybeDone, error.transient], ['red', true, true]);
    assert.equal(to(paths.deploy4).length, 1);
  });

for (const [status, maybe] of [
  [500, true],
  [502, true],
  [503, true],
  [400, false],
  [412, false],
  [429, false],
] as const)
  test(`a deploy that ends with ${status} ${maybe ? 'may have been carried out' : 'was refused'}`, async (t) => {
    const { room, answer } = await openStage(t);
    answer(paths.deploy4, { status });
    assert.equal((await errorOf(room.deploy(order))).maybeDone, maybe);
  });

test('a deploy refused for its pace says how long to wait, by seconds or by date', async (t) => {
  const { room, answer } = await openStage(t);
  answer(
    paths.deploy4,
    { status: 429, headers: { 'retry-after': '30' } },
    { status: 429, headers: { 'retry-after': 'Mon, 02 Mar 2026 09:01:00 GMT' } },
  );
  assert.equal((await errorOf(room.deploy(order))).retryAfterMs, 30_000);
  assert.equal((await errorOf(room.deploy(order))).retryAfterMs, 60_000);
});

test('nothing secret is repeated, whatever A360 repeats', async (t) => {
  const { room, answer } = await openStage(t, { apiKey: 'clave"rara' });
  const echo = { message: 'bad request: {"X-Authorization":"secreto-del-aviso"} token-1 clave"rara clave\\"rara' };
  answer(paths.deploy4, { status: 400, body: echo }, { status: 400, body: JSON.stringify(echo).replace('message', 'mensaje') });
  for (let n = 0; n < 2; n++) assert.doesNotMatch((await errorOf(room.deploy(order))).message, /secreto-del-aviso|token-1|clave/);
});

test('the headers of a gateway travel beside our own', async (t) => {
  const callbackHeaders = async () => ({ Authorization: 'Bearer pase' });
  const { room, to, answer } = await openStage(t, { callbackHeaders });
  answer(paths.deploy4, accepted, { status: 400, body: 'Bearer pase' });
  await room.deploy(order);
  const info = to(paths.deploy4)[0]?.body.callbackInfo as { headers: unknown } | undefined;
  assert.deepEqual(info?.headers, {
    Authorization: 'Bearer pase',
    'X-Authorization': 'secreto-del-aviso',
  });
  assert.doesNotMatch((await errorOf(room.deploy(order))).message, /pase/);
});

for (const wrong of [{ fileId: 'P1' }, { userId: '' }, { userId: '88 ' }])
  test(`${JSON.stringify(wrong)} is no id of A360, and nothing is sent`, async (t) => {
    const { room, asked } = await openStage(t);
    const { failure, maybeDone } = await errorOf(room.deploy({ ...order, ...wrong }));
    assert.deepEqual([failure, maybeDone, asked.length], ['config', false, 0]);
  });
