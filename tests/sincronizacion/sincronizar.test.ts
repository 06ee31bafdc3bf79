import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { A360Error } from '#server/gateways/a360/a360.ts';
import { isoNow } from '#server/lib/clock.ts';
import { runSync } from '#server/sincronizacion/sincronizar.ts';
import { bot, device, user } from '#tests/support/fake-control-room.ts';
import { openSync } from './support.ts';

const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const whole = {
  bots: numbers.map((n) => bot(n, `P${n}_ROBOT`)),
  devices: numbers.map((n) => device(n)),
  users: numbers.map((n) => user(n + 1000)),
};
const outcomes = 'SELECT outcome FROM sincronizaciones ORDER BY sincronizacion_id';
const down = new A360Error('servidor', 'A360 ha contestado con un error suyo (503).', { status: 503 });

test('without A360 there is nothing to do', async (t) => {
  const { db, clock } = openSync(t);
  const deps = { db, clock, a360: null } as unknown as Parameters<typeof runSync>[0];
  assert.deepEqual(await runSync(deps), { robots: null, equipos: null });
});

test('leaves a row for robots and one for equipos, with what they changed', async (t) => {
  const { sync, rows, clock } = openSync(t, whole);
  await sync();
  const at = isoNow(clock);
  const same = { started_at: at, ended_at: at, outcome: 'ok', vistos: 10, nuevos: 10, cambiados: 0, ausentes: 0, mensaje: null };
  assert.deepEqual(rows('SELECT que, started_at, ended_at, outcome, vistos, nuevos, cambiados, ausentes, mensaje FROM sincronizaciones'), [
    { que: 'robots', ...same },
    { que: 'equipos', ...same },
  ]);
});

describe('too many gone at once', () => {
  test('are not believed: nothing is flagged, an aviso tells it, and the next good listing closes it', async (t) => {
    const { sync, room, column, openAvisos } = openSync(t, whole);
    await sync();
    room.listing = { ...whole, devices: whole.devices.slice(4) };
    assert.equal((await sync()).equipos?.ausentes, 0);
    assert.deepEqual(column(outcomes).slice(-2), ['ok', 'sin_ausencias']);
    assert.deepEqual(column('SELECT count(*) FROM equipos WHERE presente_en_a360 = 0'), [0]);
    assert.deepEqual(openAvisos(), ['a360_sync_bajas']);
    room.listing = { ...whole, devices: whole.devices.slice(3) };
    assert.equal((await sync()).equipos?.ausentes, 3);
    assert.deepEqual(openAvisos(), []);
  });

  test('an empty listing is one of those', async (t) => {
    const { sync, room, column, openAvisos } = openSync(t, whole);
    await sync();
    room.listing = { bots: [], devices: [], users: [] };
    await sync();
    assert.deepEqual(column(outcomes).slice(-2), ['sin_ausencias', 'sin_ausencias']);
    assert.deepEqual(column('SELECT count(*) FROM equipos, robots WHERE equipos.presente_en_a360 = 0 OR robots.presente_en_a360 = 0'), [0]);
    assert.deepEqual(openAvisos(), ['a360_sync_bajas']);
  });

  test('are no fewer because the same listing brings many new ones, however often it comes', async (t) => {
    const { sync, room, column } = openSync(t, whole);
    await sync();
    const others = Array.from({ length: 30 }, (_, n) => device(n + 100));
    room.listing = { ...whole, devices: [...whole.devices.slice(4), ...others], users: others.map((_, n) => user(n + 1100)) };
    for (let times = 0; times < 2; times++) await sync();
    assert.deepEqual(column('SELECT count(*) FROM equipos WHERE presente_en_a360 = 0'), [0]);
  });

  test('what is new or changed in such a listing counts all the same', async (t) => {
    const { sync, room, column } = openSync(t, whole);
    await sync();
    room.listing = { ...whole, devices: [device(1, { connected: false }), device(11)], users: [...whole.users, user(1011)] };
    const { equipos } = await sync();
    assert.deepEqual([equipos?.nuevos, equipos?.cambiados], [1, 1]);
    assert.deepEqual(column("SELECT conectado FROM equipos WHERE equipo_id = '1'"), [0]);
  });
});

describe('a listing that does not come', () => {
  test('of devices holds robots back in nothing, and is told', async (t) => {
    const { sync, room, column, openAvisos } = openSync(t, whole);
    room.failing.devices = down;
    const { robots, equipos } = await sync();
    assert.deepEqual([robots?.nuevos, equipos], [10, null]);
    assert.deepEqual(column(outcomes), ['ok', 'failed']);
    assert.deepEqual(openAvisos(), ['a360_sync:equipos']);
    room.failing = {};
    await sync();
    assert.deepEqual(openAvisos(), []);
  });

  test('of bots holds equipos back in nothing', async (t) => {
    const { sync, room, column } = openSync(t, whole);
    room.failing.bots = down;
    assert.equal((await sync()).equipos?.nuevos, 10);
    assert.deepEqual(column(outcomes), ['failed', 'ok']);
  });

  test('is never read as empty', async (t) => {
    const { sync, room, column } = openSync(t, whole);
    await sync();
    room.failing = { devices: down, users: down };
    await sync();
    assert.deepEqual(column('SELECT count(*) FROM equipos WHERE presente_en_a360 = 0 OR conectado = 0'), [0]);
  });

  test('of neither fails the cycle with the words of A360, and both rows say so', async (t) => {
    const { sync, room, column } = openSync(t, whole);
    room.failing = { bots: down, devices: down };
    await assert.rejects(sync(), down);
    assert.deepEqual(column(outcomes), ['failed', 'failed']);
    assert.deepEqual(column('SELECT mensaje FROM sincronizaciones'), [down.message, down.message]);
  });

  test('for rejected credentials is thrown even where the other half came', async (t) => {
    const { sync, room, column } = openSync(t, whole);
    const rejected = new A360Error('credenciales', 'A360 rechaza las credenciales.');
    room.failing.devices = rejected;
    await assert.rejects(sync(), rejected);
    assert.deepEqual(column(outcomes), ['ok', 'failed']);
  });
});

test('an order to stop leaves no trace of a listing cut short', async (t) => {
  const { sync, room, column } = openSync(t, whole);
  const stop = new AbortController();
  room.failing.bots = new Error('cortado');
  stop.abort(new Error('parando'));
  await assert.rejects(sync(stop.signal), /parando/);
  assert.deepEqual(column(outcomes), []);
});
