import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { openCallbackServer } from '#server/ejecuciones/callback-server.ts';
import { addRun, runOf } from '#tests/support/a360-runs.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { addSampleUser } from '#tests/support/sign-in.ts';

const secret = 'un-secreto-de-prueba';
const clock = manualClock('2026-03-02T09:00:00.000Z');
const now = '2026-03-02T09:00:00.000Z';
const env = { CALLBACK_TOKEN: secret, CALLBACK_ENDPOINT_PATH: '/sam_callback/' };
const house = openPageHouse({ clock, env });
after(() => house.close());
beforeEach(() => house.db.sqlite.exec('DELETE FROM ejecuciones; DELETE FROM callback_inbox; DELETE FROM events'));

type Sent = {
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly url?: string;
  readonly from?: string;
};
const sendTo = async (
  { app }: ReturnType<typeof openPageHouse>,
  { body = '', headers = {}, method = 'POST', url = '/api/callback', from }: Sent,
) => {
  const answer = await app.inject({
    ...{ method: method as 'POST', url, remoteAddress: from ?? '127.0.0.1' },
    ...(method === 'GET' ? {} : { payload: body }),
    headers: { host: '127.0.0.1:3000', 'x-authorization': secret, 'content-type': 'application/json', ...headers },
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
};
const send = (sent: Sent) => sendTo(house, sent);
const tell = (deploymentId: string, status: string, more: object = {}) =>
  send({ body: JSON.stringify({ deploymentId, status, deviceId: 31, userId: '88', ...more }) });

const waiting = () => house.db.sql('SELECT deployment_id, estado FROM callback_inbox WHERE aplicado_at IS NULL').all();
const eventsOf = (id: string) =>
  house.db.sql("SELECT kind, actor FROM events WHERE entity = 'ejecucion' AND entity_id = ? ORDER BY event_id").all(id);

test('the end of a run closes it now, keeps what came, and says who told it', async () => {
  addRun(house.db, 'a');
  const body = '{"deploymentId":"d-a","status":"RUN_COMPLETED","extra":[1],"botOutput":{"out":{"type":"STRING","string":"sí"}}}';
  assert.equal((await send({ body })).status, 200);
  assert.deepEqual(runOf(house.db, 'a', 'estado', 'fecha_fin', 'origen', 'callback_info'), ['RUN_COMPLETED', now, 'callback', body]);
  assert.deepEqual(runOf(house.db, 'a', 'fecha_inicio_real'), ['2026-03-02T08:30:00.000Z']);
  assert.deepEqual(eventsOf('a'), [{ kind: 'reported', actor: 'cerebro' }]);
});

test('the same end again, or another one, changes nothing', async () => {
  addRun(house.db, 'a');
  await tell('d-a', 'RUN_FAILED');
  const before = house.db.sql('SELECT * FROM ejecuciones').get();
  for (const status of ['RUN_FAILED', 'RUN_COMPLETED', 'RUNNING']) {
    const { status: code, body } = await tell('d-a', status);
    assert.equal(code, 200);
    assert.match(body, /already final/);
  }
  assert.deepEqual(house.db.sql('SELECT * FROM ejecuciones').get(), before);
  assert.equal(eventsOf('a').length, 1);
});

test('a run that has not ended goes on in its new state', async () => {
  addRun(house.db, 'a', { estado: 'DEPLOYED' });
  await tell('d-a', 'UPDATE');
  assert.deepEqual(runOf(house.db, 'a', 'estado', 'fecha_fin', 'origen'), ['RUNNING', null, null]);
});

for (const estado of ['COMPLETED_INFERRED', 'UNKNOWN'])
  test(`a late truth replaces ${estado}`, async () => {
    addRun(house.db, 'a', { estado, fecha_fin: '2026-03-02T08:50:00.000Z', origen: 'inferido' });
    await tell('d-a', 'RUNNING');
    assert.deepEqual(runOf(house.db, 'a', 'estado', 'origen'), [estado, 'inferido']);
    await tell('d-a', 'RUN_TIMED_OUT');
    assert.deepEqual(runOf(house.db, 'a', 'estado', 'origen'), ['RUN_TIMED_OUT', 'callback']);
  });

test('UNKNOWN leaves the end open', async () => {
  addRun(house.db, 'a');
  await tell('d-a', 'UNKNOWN');
  assert.deepEqual(runOf(house.db, 'a', 'estado', 'fecha_fin', 'veces_unknown', 'ultimo_unknown_at'), ['UNKNOWN', null, 1, now]);
});

test('a word nobody knows changes no state, and is kept', async () => {
  addRun(house.db, 'a');
  assert.equal((await tell('d-a', 'BOTSTORE_X')).status, 200);
  assert.deepEqual(runOf(house.db, 'a', 'estado', 'fecha_fin'), ['RUNNING', null]);
  assert.match(String(runOf(house.db, 'a', 'callback_info')[0]), /BOTSTORE_X/);
});

test('a run nobody knows waits in the inbox, once', async () => {
  assert.equal((await tell('d-lejos', 'RUN_COMPLETED')).status, 200);
  assert.equal((await tell('d-lejos', 'RUN_COMPLETED')).status, 200);
  assert.deepEqual(waiting(), [{ deployment_id: 'd-lejos', estado: 'RUN_COMPLETED' }]);
});

test('an attempt of a Playwright robot is never touched', async () => {
  addRun(house.db, 'a', { fase: 'submitting' });
  await tell('d-a', 'RUN_COMPLETED');
  assert.deepEqual(runOf(house.db, 'a', 'estado', 'fecha_fin'), ['RUNNING', null]);
});

describe('what is refused leaves nothing behind', () => {
  const good = JSON.stringify({ deploymentId: 'd-a', status: 'RUN_COMPLETED' });
  const refused = async (sent: Sent, status: number): Promise<void> => {
    addRun(house.db, 'a');
    const answer = await send(sent);
    assert.equal(answer.status, status);
    assert.deepEqual(runOf(house.db, 'a', 'estado'), ['RUNNING']);
    assert.deepEqual(waiting(), []);
    assert.ok(!answer.body.includes(secret));
    assert.equal(answer.headers.allow, status === 405 ? 'POST' : undefined);
  };
  for (const [what, body] of Object.entries({
    'no JSON': '{"deploymentId":',
    'an empty body': '',
    'a list': '[]',
    null: 'null',
    'no deploymentId': '{"status":"RUN_COMPLETED"}',
    'a deploymentId that is a number': '{"deploymentId":7,"status":"RUN_COMPLETED"}',
    'no status': '{"deploymentId":"d-a"}',
    'an empty status': '{"deploymentId":"d-a","status":" "}',
    'a deviceId that is an object': '{"deploymentId":"d-a","status":"RUN_COMPLETED","deviceId":{}}',
  }))
    test(`${what} is a 400`, () => refused({ body }, 400));
  test('bytes that are no UTF-8 are a 400', () => refused({ body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400));
  for (const given of ['', 'otro', `${secret} `.repeat(2), secret.slice(1)])
    test(`«${given}» as proof is a 401, before anybody looks at the body`, () =>
      refused({ body: 'x'.repeat(2_000_000), headers: { 'x-authorization': given } }, 401));
  test('more than 1 MiB is a 413', () => refused({ body: `{"x":"${'x'.repeat(1_048_576)}"}` }, 413));
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE'])
    test(`${method} is a 405 that says what is allowed`, () =>
      refused({ method, body: ['HEAD', 'TRACE'].includes(method) ? '' : good }, 405));
});

test('whatever its Content-Type, what counts is the JSON inside', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', 'nonsense']) {
    addRun(house.db, type);
    const { status } = await send({
      body: JSON.stringify({ deploymentId: `d-${type}`, status: 'RUN_COMPLETED' }),
      headers: { 'content-type': type },
    });
    assert.equal(status, 200, type);
  }
});

test('the configured path listens too', async () => {
  addRun(house.db, 'a');
  const body = JSON.stringify({ deploymentId: 'd-a', status: 'RUN_COMPLETED' });
  assert.equal((await send({ url: '/sam_callback', body })).status, 200);
  assert.deepEqual(runOf(house.db, 'a', 'estado'), ['RUN_COMPLETED']);
});

test('what the database does not take is a 503 with a time to come back, and the others are taken', async (t) => {
  addRun(house.db, 'a');
  addRun(house.db, 'b');
  house.db.sqlite.exec(
    "CREATE TRIGGER no_a BEFORE UPDATE ON ejecuciones WHEN new.ejecucion_id = 'a' BEGIN SELECT raise(ABORT, 'disco lleno'); END",
  );
  t.after(() => house.db.sqlite.exec('DROP TRIGGER no_a'));
  const [a, b] = await Promise.all([tell('d-a', 'RUN_COMPLETED'), tell('d-b', 'RUN_COMPLETED')]);
  assert.deepEqual([a?.status, a?.headers['retry-after'], b?.status], [503, '30', 200]);
  assert.ok(!a?.body.includes('disco'));
  assert.deepEqual([runOf(house.db, 'a', 'estado'), runOf(house.db, 'b', 'estado')], [['RUNNING'], ['RUN_COMPLETED']]);
});

test('two hundred at once are all taken, each once, in few transactions', async (t) => {
  const ids = Array.from({ length: 200 }, (_, n) => `n${n}`);
  for (const id of ids) addRun(house.db, id);
  const write = t.mock.method(house.deps.db, 'write');
  const answers = await Promise.all(ids.flatMap((id) => [tell(`d-${id}`, 'RUN_COMPLETED'), tell(`d-${id}`, 'RUN_COMPLETED')]));
  assert.ok(answers.every(({ status }) => status === 200));
  assert.equal(answers.filter(({ body }) => body.includes('already final')).length, 200);
  assert.equal(house.db.sql("SELECT count(*) AS n FROM events WHERE kind = 'reported'").get()?.n, 200);
  assert.ok(write.mock.callCount() < 50, `${write.mock.callCount()} transactions`);
  assert.deepEqual(write.mock.calls[0]?.arguments[1], { durable: true });
});

test('only addresses on the list may speak, and a header tells no other one', async (t) => {
  const strict = openPageHouse({ clock, env: { ...env, CALLBACK_DIRECCIONES: '10.0.0.7' } });
  t.after(() => strict.close());
  await addSampleUser(strict, 'administrador');
  const body = JSON.stringify({ deploymentId: 'd-x', status: 'RUN_COMPLETED' });
  assert.equal((await sendTo(strict, { body, from: '10.0.0.8' })).status, 403);
  assert.equal((await sendTo(strict, { body, from: '10.0.0.8', headers: { 'x-forwarded-for': '10.0.0.7' } })).status, 403);
  assert.equal((await sendTo(strict, { body, from: '::ffff:10.0.0.7', headers: { host: 'sam.example' } })).status, 200);
});

test('behind the trusted proxy the address is the one it tells', async (t) => {
  const strict = openPageHouse({
    clock,
    env: { ...env, CALLBACK_DIRECCIONES: '10.0.0.7', PROXY_DIRECCIONES: '10.0.0.1', PROXY_USUARIO_CABECERA: 'X-Usuario' },
  });
  t.after(() => strict.close());
  await addSampleUser(strict, 'administrador');
  const body = JSON.stringify({ deploymentId: 'd-x', status: 'RUN_COMPLETED' });
  assert.equal((await sendTo(strict, { body, from: '10.0.0.1', headers: { 'x-forwarded-for': '10.0.0.7' } })).status, 200);
  assert.equal((await sendTo(strict, { body, from: '10.0.0.1', headers: { 'x-forwarded-for': '10.0.0.8' } })).status, 403);
});

test('while there are no users, a Host of elsewhere is refused here too', async () => {
  assert.equal((await send({ body: '{}', headers: { host: 'sam.example' } })).status, 403);
});

test('without a secret agreed nothing is taken', async (t) => {
  const bare = openPageHouse({ clock });
  t.after(() => bare.close());
  const { status, body } = await sendTo(bare, { body: JSON.stringify({ deploymentId: 'd', status: 'RUN_COMPLETED' }) });
  assert.equal(status, 503);
  assert.match(body, /CALLBACK_TOKEN/);
  assert.equal(bare.db.sql('SELECT count(*) AS n FROM callback_inbox').get()?.n, 0);
});

describe('a port of their own', () => {
  const own = openPageHouse({ clock, env: { ...env, CALLBACK_SERVER_PORT: '0', CALLBACK_SERVER_HOST: '127.0.0.1' } });
  after(() => own.close());

  test('takes callbacks, says that it lives, and shows nothing else, also during maintenance', async (t) => {
    own.db.sql("UPDATE mantenimiento SET activo = 1, motivo = 'Obras', usuario = 'Ana'").run();
    const server = await openCallbackServer(own.deps);
    assert.ok(server);
    t.after(() => server.close());
    addRun(own.db, 'a');
    const headers = { 'x-authorization': secret, 'content-type': 'text/plain' };
    const body = JSON.stringify({ deploymentId: 'd-a', status: 'RUN_COMPLETED' });
    assert.equal((await fetch(`${server.url}/api/callback`, { method: 'POST', headers, body })).status, 200);
    assert.deepEqual(runOf(own.db, 'a', 'estado'), ['RUN_COMPLETED']);
    assert.equal((await fetch(`${server.url}/api/callback`, { method: 'POST', body })).status, 401);
    const tooLong = { method: 'POST', headers, body: 'x'.repeat(20_000_000) };
    assert.equal((await fetch(`${server.url}/api/callback`, tooLong)).status, 413, 'whoever still writes hears it too');
    assert.equal((await fetch(`${server.url}/health`)).status, 200);
    assert.equal((await fetch(`${server.url}/`)).status, 404);
    const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
    for (const place of ['/mantenimiento/fin', '/%'])
      assert.match(await (await fetch(`${server.url}${place}`, json)).text(), /Aquí solo se reciben avisos de A360/);
    await assert.rejects(
      openCallbackServer({ ...own.deps, config: { ...own.deps.config, CALLBACK_SERVER_PORT: Number(new URL(server.url).port) } }),
      {
        code: 'puerto_en_uso',
      },
    );
  });

  test('there is none when none is configured', async () => {
    assert.equal(await openCallbackServer(house.deps), null);
  });
});
