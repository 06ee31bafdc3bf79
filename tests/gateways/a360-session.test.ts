import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credentials } from '#server/gateways/a360/session.ts';
import { errorOf, failureOf, openStage, page, paths } from './a360-stage.ts';

const rejected = { status: 401, body: { code: 'UNAUTHORIZED', message: 'Invalid credentials clave-de-api' } };

test('enters with the key of the user, and every call brings the token', async (t) => {
  const { room, to, answer } = await openStage(t, { password: 'secreta' });
  answer(paths.devices, page([]));
  await room.devices();
  await room.devices();
  assert.deepEqual(
    to(paths.login).map(({ body }) => body),
    [{ username: 'sam', apiKey: 'clave-de-api' }],
  );
  assert.deepEqual(
    to(paths.devices).map(({ token }) => token),
    ['token-1', 'token-1'],
  );
});

test('without a key it enters with the password, beside other sessions of the same user', async (t) => {
  const { room, to, answer } = await openStage(t, { apiKey: undefined, password: 'secreta' });
  answer(paths.devices, page([]));
  await room.check();
  assert.deepEqual(to(paths.login)[0]?.body, { username: 'sam', password: 'secreta', multipleLogin: true });
});

test('the token is renewed ahead of its end', async (t) => {
  const { room, to, answer, clock } = await openStage(t);
  answer(paths.devices, page([]));
  await room.devices();
  await clock.advance(1_139_000);
  await room.devices();
  assert.equal(to(paths.login).length, 1);
  await clock.advance(2_000);
  await room.devices();
  assert.equal(to(paths.login).length, 2);
  assert.equal(to(paths.devices).at(-1)?.token, 'token-2');
});

test('those who ask at the same time share one login', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.devices, page([]));
  await Promise.all(Array.from({ length: 10 }, () => room.devices()));
  assert.equal(to(paths.login).length, 1);
});

test('of a burst of refusals only the first one enters again, and each call is repeated once', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.devices, page([]));
  await room.devices();
  answer(paths.devices, ({ token }) => (token === 'token-1' ? { status: 401 } : page([])));
  await Promise.all(Array.from({ length: 8 }, () => room.devices()));
  await room.devices();
  assert.equal(to(paths.login).length, 2);
});

test('a deploy refused for an old token is repeated once: nothing had been done', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.deploy4, { status: 401 }, { body: { deploymentId: 'd-1' } });
  assert.deepEqual(await room.deploy({ fileId: '1', userId: '2', callback: null, botInput: {} }), { deploymentId: 'd-1' });
  assert.deepEqual(
    to(paths.deploy4).map(({ token }) => token),
    ['token-1', 'token-2'],
  );
});

test('a token refused as soon as it was given is a passing trouble of A360', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.devices, { status: 401 }, { status: 401 }, page([]));
  const { failure, status, maybeDone } = await errorOf(room.devices());
  assert.deepEqual([failure, status, maybeDone], ['servidor', 401, false]);
  assert.deepEqual(await room.devices(), []);
  assert.equal(to(paths.login).length, 3);
});

test('when it goes on like that, it is as bad as rejected credentials', async (t) => {
  const { room, to, answer } = await openStage(t);
  answer(paths.devices, { status: 401 });
  const failures = [];
  for (let n = 0; n < 5; n++) failures.push(await failureOf(room.devices()));
  assert.deepEqual(failures, ['servidor', 'servidor', ...Array(3).fill('credenciales')]);
  assert.equal(to(paths.devices).length, 6);
});

for (const status of [401, 403])
  test(`a login rejected with ${status} is final: the next calls fail without knocking, until a while has passed`, async (t) => {
    const { room, to, answer, clock } = await openStage(t);
    answer(paths.login, { ...rejected, status });
    const error = await errorOf(room.devices());
    assert.deepEqual([error.failure, error.status, error.transient], ['credenciales', status, false]);
    assert.match(error.message, /^A360 rechaza las credenciales al entrar \(40[13]\): «Invalid credentials …»\.$/);
    assert.equal(await failureOf(room.users()), 'credenciales');
    assert.equal(to(paths.login).length, 1);
    await clock.advance(15_000);
    assert.equal(await failureOf(room.devices()), 'credenciales');
    await clock.advance(15_000);
    assert.equal(await failureOf(room.devices()), 'credenciales');
    assert.equal(to(paths.login).length, 2);
  });

test('rejections and their end are told once each, however many calls suffer them', async (t) => {
  const told: Credentials[] = [];
  const { room, answer, clock } = await openStage(t, { onCredentials: (one) => told.push(one) });
  answer(paths.devices, page([]));
  await room.devices();
  answer(paths.login, rejected);
  answer(paths.devices, { status: 401 });
  await Promise.all([room.devices(), room.devices(), room.check()].map(errorOf));
  await clock.advance(15_000);
  await errorOf(room.devices());
  answer(paths.login, { body: { token: 'nueva' } });
  answer(paths.devices, page([]));
  await clock.advance(30_000);
  await room.devices();
  await room.devices();
  assert.deepEqual(
    told.map(({ accepted }) => accepted),
    [true, false, true],
  );
});

test('a login that fails for another reason is not a rejection, and the next call enters again', async (t) => {
  const { room, answer } = await openStage(t);
  answer(
    paths.login,
    { status: 503, body: 'mantenimiento' },
    { silence: 'cut' },
    { status: 200, body: { jwt: 'x' } },
    { body: { token: 'a' } },
  );
  answer(paths.devices, page([]));
  const failures = [];
  for (let n = 0; n < 3; n++) failures.push(await failureOf(room.check()));
  assert.deepEqual(failures, ['servidor', 'red', 'respuesta']);
  await room.check();
});

test('a deploy that failed at the login was certainly not carried out', async (t) => {
  const { room, answer } = await openStage(t);
  answer(paths.login, { silence: 'cut' });
  const error = await errorOf(room.deploy({ fileId: '1', userId: '2', callback: null, botInput: {} }));
  assert.deepEqual([error.failure, error.maybeDone], ['red', false]);
});

test('who is stopped while it waits for the login of another ends at once', async (t) => {
  const { room, answer } = await openStage(t);
  const gate = Promise.withResolvers<void>();
  answer(paths.login, () => gate.promise.then(() => ({ body: { token: 'a' } })));
  answer(paths.devices, page([]));
  const other = room.devices();
  const stop = new AbortController();
  const stopped = room.devices(stop.signal);
  stop.abort();
  assert.equal((await errorOf(stopped)).message, 'La llamada a A360 se interrumpió.');
  gate.resolve();
  assert.deepEqual(await other, []);
});
