import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { addRun, runOf } from '#tests/support/a360-runs.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const secret = 'un-secreto-de-prueba';
const now = '2026-03-02T09:00:00.000Z';
const house = openPageHouse({ clock: manualClock(now), env: { CALLBACK_TOKEN: secret } });
after(() => house.close());
beforeEach(() => house.db.sqlite.exec('DELETE FROM ejecuciones; DELETE FROM callback_inbox'));

const send = async (body: string | Buffer, type = 'application/json') => {
  const headers = { host: '127.0.0.1:3000', 'x-authorization': secret, 'content-type': type };
  return (await house.app.inject({ method: 'POST', url: '/api/callback', payload: body, headers })).statusCode;
};
const tell = (deploymentId: string, status: string) => send(JSON.stringify({ deploymentId, status }));
const waiting = () => house.db.sql('SELECT deployment_id FROM callback_inbox WHERE aplicado_at IS NULL').all();

test('of a key that comes twice the last one counts, and strange ids wait like any other', async () => {
  addRun(house.db, 'a');
  assert.equal(await send('{"deploymentId":"d-b","status":"RUNNING","deploymentId":"d-a","status":"RUN_FAILED"}'), 200);
  assert.deepEqual(runOf(house.db, 'a', 'estado'), ['RUN_FAILED']);
  for (const id of ['d-a\u0000', '__proto__', "'; DROP TABLE ejecuciones; --", '\ud800', 'ñ🦊'])
    for (let times = 0; times < 2; times++) assert.equal(await tell(id, 'RUN_FAILED'), 200, id);
  assert.equal(waiting().length, 5);
});

test('a body as deep as it is long is taken, or refused with a sentence', async () => {
  addRun(house.db, 'a');
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);
  const status = await send(`{"deploymentId":"d-a","status":"RUN_COMPLETED","x":${deep}}`);
  assert.ok([200, 400].includes(status), String(status));
});

test('one that says it runs while another has its equipo is not known, and is asked for', async () => {
  addRun(house.db, 'a', { estado: 'UNKNOWN', equipo_id: '31', user_id: '88' });
  addRun(house.db, 'b', { estado: 'RUNNING', equipo_id: '31', user_id: '88' });
  assert.equal(await tell('d-a', 'RUNNING'), 200);
  assert.deepEqual(runOf(house.db, 'a', 'estado', 'fecha_fin', 'ultimo_unknown_at'), ['UNKNOWN', null, now]);
  assert.match(String(runOf(house.db, 'a', 'callback_info')[0]), /RUNNING/);
});

test('a mark of the order of bytes does not hide the JSON, and another charset is no UTF-8', async () => {
  addRun(house.db, 'a');
  const body = JSON.stringify({ deploymentId: 'd-a', status: 'RUN_FAILED', botOutput: { out: 'sí' } });
  assert.equal(await send(Buffer.from(body, 'latin1'), 'application/json; charset=iso-8859-1'), 400);
  assert.equal(await send(Buffer.from(body, 'utf16le'), 'application/json; charset=utf-16'), 400);
  assert.equal(await send(`\uFEFF${body}`, 'application/json;charset=UTF-8'), 200);
  assert.deepEqual(runOf(house.db, 'a', 'estado'), ['RUN_FAILED']);
});
