import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { makeIdentity } from '#server/demo/tds/certificate.ts';
import { createControlRoom } from '#server/gateways/a360/client.ts';
import { createWire, WireError } from '#server/gateways/a360/wire.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

import { errorOf, openStage, page, paths } from './a360-stage.ts';

const usual = { timeoutMs: 20_000, verifyTls: true };
const order = { path: '/x', body: {} };

const failing = async (work: Promise<unknown>): Promise<WireError> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof WireError, String(error));
  return error;
};

test('a server that does not listen was certainly sent nothing', async () => {
  const { message, sent } = await failing(createWire({ baseUrl: 'http://127.0.0.1:1', ...usual }).send(order));
  assert.deepEqual([message, sent], ['A360 no acepta conexiones en 127.0.0.1:1.', false]);
});

test('a server name with a mistake in it is told so', async () => {
  const { message, sent } = await failing(createWire({ baseUrl: 'https://a360-mal-escrito.invalid', ...usual }).send(order));
  assert.deepEqual([message, sent], ['No se encuentra el servidor «a360-mal-escrito.invalid»: revise AA_URL.', false]);
});

test('an answer that does not come in time may have been an order carried out', async (t) => {
  const { url, answer } = await openStage(t);
  answer('/x', { silence: 'never' });
  const { message, sent } = await failing(createWire({ baseUrl: url, ...usual, timeoutMs: 100 }).send(order));
  assert.deepEqual([message, sent], ['A360 no ha contestado en 0.1 segundos.', true]);
});

test('what is asked after the door was closed never leaves', async (t) => {
  const { room, asked } = await openStage(t);
  await room.close();
  const { failure, message, maybeDone } = await errorOf(room.check());
  assert.deepEqual([failure, message, maybeDone], ['red', 'La llamada a A360 se interrumpió.', false]);
  assert.equal(asked.length, 0);
});

test('closing the door ends what is still waiting for an answer', async (t) => {
  const { room, answer } = await openStage(t);
  const arrived = Promise.withResolvers<void>();
  answer(paths.manage, () => {
    arrived.resolve();
    return { silence: 'never' };
  });
  const waiting = errorOf(room.stop(['a1']));
  await arrived.promise;
  await room.close();
  assert.equal((await waiting).failure, 'red');
});

test('a Control Room behind a path is asked under that path', async (t) => {
  const { url, answer, to } = await openStage(t);
  answer('/a360/x', { body: { token: 'a' } });
  assert.equal((await createWire({ baseUrl: `${url}/a360`, ...usual }).send(order)).status, 200);
  assert.equal(to('/a360/x').length, 1);
});

const secureRoom = async (t: TestContext, verifyTls: boolean) => {
  const asked: (string | undefined)[] = [];
  const server = createServer(makeIdentity(), (request, response) => {
    asked.push(request.url);
    response.end(JSON.stringify(request.url === paths.login ? { token: 'a' } : page([]).body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const limits = { timeoutMs: 20_000, renewTokenAfterMs: 60_000, pageSize: 10, maxPages: 10, deployVersion: 4 };
  const room = createControlRoom({ ...limits, baseUrl, user: 'sam', apiKey: 'k', verifyTls, clock: manualClock() });
  t.after(async () => {
    await room.close();
    server.closeAllConnections();
    server.close();
  });
  return { room, asked };
};

test('a certificate nobody vouches for is refused, with the sentence that says what to do, and nothing is sent', async (t) => {
  const { room, asked } = await secureRoom(t, true);
  const { failure, message, maybeDone } = await errorOf(room.deploy({ fileId: '1', userId: '2', callback: null, botInput: {} }));
  assert.match(message, /^El certificado de 127\.0\.0\.1:\d+ no es de confianza \(\w+\): .*AA_VERIFY_SSL=0\.$/);
  assert.deepEqual([failure, maybeDone, asked.length], ['red', false, 0]);
});

test('unless it was told not to look at it, and then only this door does not look', async (t) => {
  const { room, asked } = await secureRoom(t, false);
  await room.check();
  assert.deepEqual(asked, [paths.login, paths.devices]);
});
