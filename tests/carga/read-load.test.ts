import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { readLoad } from '#server/carga/read-load.ts';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { type ManualClock, manualClock } from '#tests/support/manual-clock.ts';

type Fake = LoadProvider & { next: LoadAnswer | (() => Promise<LoadAnswer>) };

const fake = (name: 'clouders' | 'rpa360', next: Fake['next']): Fake => {
  const one: Fake = {
    ...{ name, place: name, next },
    load: async () => (typeof one.next === 'function' ? one.next() : one.next),
    close: async () => undefined,
  };
  return one;
};

const ok = (tickets: Record<string, number>): LoadAnswer => ({ kind: 'ok', tickets: new Map(Object.entries(tickets)) });
const failed: LoadAnswer = { kind: 'failed', reason: 'No contesta.' };

describe('reading the load', () => {
  let house: PageHouse;
  let clock: ManualClock;
  let clouders: Fake;
  let rpa360: Fake;
  beforeEach(() => {
    clock = manualClock();
    house = openPageHouse({ clock });
    clouders = fake('clouders', ok({ R1: 3 }));
    rpa360 = fake('rpa360', ok({ R2: 4 }));
    house.db.sqlite.exec(`DELETE FROM robots;
      INSERT INTO robots (robot_id, robot, kind) VALUES ('1', 'R1', 'a360'), ('2', 'R2', 'a360'), ('pw', 'R3', 'playwright')`);
  });
  afterEach(() => house.close());

  const read = (signal = new AbortController().signal, carga: readonly LoadProvider[] = [clouders, rpa360]) =>
    readLoad({ ...house.deps, carga }, signal);
  const loads = async () => Object.fromEntries([...(await read()).load].map(([id, one]) => [id, `${one.tickets} ${one.saber}`]));
  const source = (name = 'clouders') => house.db.sql('SELECT * FROM fuentes_carga WHERE proveedor = ?').get(name) ?? {};
  const avisos = () => house.db.sql('SELECT clave, nivel, ambito, naturaleza, titulo, estado FROM avisos ORDER BY aviso_id').all();

  test('asks everybody, and keeps what they answered', async () => {
    assert.deepEqual(await loads(), { '1': '3 actual', '2': '4 actual' });
    const { ultimo_intento_at: tried, ultimo_acierto_at: answered, respuesta, fallos_seguidos: fails, motivo } = source();
    assert.deepEqual(
      [tried, answered, respuesta, fails, motivo],
      ['2026-03-02T09:00:00.000Z', '2026-03-02T09:00:00.000Z', '{"R1":3}', 0, null],
    );
    assert.equal(source('local').respuesta, '{}');
  });

  test('one that throws, and one that is slow, stop none of the others', async () => {
    const slow = Promise.withResolvers<LoadAnswer>();
    clouders.next = () => Promise.reject(new Error('rota'));
    rpa360.next = () => slow.promise;
    const reading = read();
    slow.resolve(ok({ R2: 4 }));
    const { providers, outsideFailed } = await reading;
    assert.deepEqual(
      providers.map((one) => [one.proveedor, one.ok]),
      [
        ['clouders', false],
        ['rpa360', true],
        ['local', true],
      ],
    );
    assert.equal(outsideFailed, false);
  });

  test('one that never answers and heeds nothing is waited for as long as the cycle lasts, a minute at least', async () => {
    clouders.next = () => new Promise(() => undefined);
    for (const [seconds, patience] of [
      [300, 300],
      [1, 60],
    ]) {
      house.db.sqlite.exec(`INSERT OR REPLACE INTO ajustes (clave, valor) VALUES ('BALANCEADOR_CICLO_INTERVALO_SEG', '${seconds}')`);
      const reading = read();
      await clock.advance(Number(patience) * 1000 - 1);
      assert.equal(clock.sleeping(), 1);
      await clock.advance(1);
      const { providers, load } = await reading;
      assert.deepEqual(providers[0], { proveedor: 'clouders', ok: false, motivo: `No ha contestado en ${patience} segundos.` });
      assert.deepEqual(load.get('2'), { tickets: 4, saber: 'actual' });
    }
  });

  test('once the house closes, nobody is waited for', async () => {
    clouders.next = () => new Promise(() => undefined);
    const stop = new AbortController();
    const reading = read(stop.signal);
    stop.abort();
    assert.equal((await reading).providers[0]?.ok, false);
    assert.equal(clock.sleeping(), 0);
  });

  test('what was answered at another place is not its own', async () => {
    await read();
    clouders = Object.assign(fake('clouders', failed), { place: 'otra' });
    assert.deepEqual(await loads(), { '1': '0 desconocida', '2': '4 actual' });
    clouders.next = ok({ R2: 1 });
    assert.deepEqual(await loads(), { '2': '5 actual' });
    clouders = fake('clouders', failed);
    assert.equal((await loads())['1'], '0 desconocida', 'nor is what the other one said');
  });

  test('names that are nobody’s are told in the log once, and again when they are others', async () => {
    const warnings: unknown[] = [];
    const log = { ...house.deps.log, warn: (told: unknown) => warnings.push(told) } as unknown as typeof house.deps.log;
    const look = () => readLoad({ ...house.deps, log, carga: [clouders] }, new AbortController().signal);
    clouders.next = ok({ RBT_X: 3, R1: 1 });
    await look();
    clouders.next = ok({ RBT_X: 5 });
    await look();
    assert.deepEqual(warnings, [{ nombres: ['clouders: RBT_X'], cuantos: 1 }]);
    clouders.next = ok({});
    await look();
    clouders.next = ok({ RBT_X: 5 });
    await look();
    assert.equal(warnings.length, 2);
  });

  test('the last answer of one that fails counts for a while, and its failures are counted', async () => {
    await read();
    clouders.next = failed;
    await clock.advance(899_000);
    assert.deepEqual(await loads(), { '1': '3 antigua', '2': '4 actual' });
    await clock.advance(1000);
    assert.deepEqual(await loads(), { '1': '0 desconocida', '2': '4 actual' });
    assert.equal(source().fallos_seguidos, 2);
    assert.equal(source().motivo, 'No contesta.');
    assert.equal(source().respuesta, '{"R1":3}');
  });

  test('the age of a last answer is the one set now', async () => {
    await read();
    house.db.sqlite.exec("INSERT INTO ajustes (clave, valor) VALUES ('BALANCEADOR_CARGA_EDAD_MAX_SEG', '10')");
    clouders.next = failed;
    await clock.advance(10_000);
    assert.equal((await loads())['1'], '0 desconocida');
  });

  test('a robot that it no longer names is still its own when it fails', async () => {
    await read();
    clouders.next = ok({});
    await read();
    clouders.next = failed;
    assert.equal((await loads())['1'], '0 antigua');
  });

  test('an aviso opens after three failures in a row, and a good answer closes it', async () => {
    clouders.next = failed;
    await read();
    await read();
    assert.deepEqual(avisos(), []);
    await read();
    await read();
    const aviso = { clave: 'carga:clouders', nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' };
    assert.deepEqual(avisos(), [{ ...aviso, titulo: 'La fuente de tickets clouders no responde', estado: 'abierto' }]);
    clouders.next = ok({});
    await read();
    assert.equal(avisos()[0]?.estado, 'resuelto');
  });

  test('one that rejects the credentials says so, and so does its end', async () => {
    clouders.next = { ...failed, denied: true };
    for (let times = 0; times < 3; times += 1) await read();
    clouders.next = ok({});
    await read();
    assert.deepEqual(
      avisos().map(({ clave, titulo, estado }) => [clave, titulo, estado]),
      [['carga_credenciales:clouders', 'La fuente de tickets clouders rechaza las credenciales', 'resuelto']],
    );
  });

  test('the aviso of one that nobody asks any more is closed', async () => {
    clouders.next = failed;
    for (let times = 0; times < 3; times += 1) await read();
    await read(undefined, []);
    assert.equal(avisos()[0]?.estado, 'resuelto');
  });

  test('what was cut short by the end of the house is no failure of theirs', async () => {
    clouders.next = failed;
    assert.equal((await read(AbortSignal.abort())).providers[0]?.ok, false);
    assert.equal(source().fallos_seguidos, undefined);
  });

  test('names are those written down now', async () => {
    clouders.next = ok({ RBT_B: 7 });
    assert.equal((await read()).unmapped[0]?.nombre, 'RBT_B');
    house.db.sqlite.exec("INSERT INTO mapeo_robots (proveedor, nombre_externo, robot_id) VALUES ('clouders', 'RBT_B', '1')");
    assert.equal((await loads())['1'], '7 actual');
  });

  test('the queue counts what a robot of A360 could take now', async () => {
    house.db.sqlite.exec(`DELETE FROM organismo_config;
      INSERT INTO organismo_config (site_id, query_organisme, regex_expediente, url_template, modo, robot)
      VALUES ('envia', 'A', '', '', 'enviar', '1'), ('aprueba', 'B', '', '', 'aprobar', ' 1 '), ('simula', 'C', '', '', 'simular', '1'),
             ('local', 'D', '', '', 'enviar', 'pw');
      INSERT INTO tramite_queue (site_id, resource_id, status, not_before, approved_at)
      VALUES ('envia', '1', 'pending', NULL, NULL), ('envia', '2', 'pending', '2026-03-02T08:00:00.000Z', NULL),
             ('envia', '3', 'pending', '2026-03-02T10:00:00.000Z', NULL), ('envia', '4', 'pending', 'mañana', NULL), ('envia', '5', 'completed', NULL, NULL),
             ('aprueba', '6', 'pending', NULL, NULL), ('aprueba', '7', 'pending', NULL, '2026-03-02T08:00:00.000Z'),
             ('aprueba', '8', 'pending', '2026-03-02T10:00:00.000Z', '2026-03-02T08:00:00.000Z'),
             ('simula', '9', 'pending', NULL, NULL), ('local', '10', 'pending', NULL, NULL)`);
    clouders.next = ok({});
    rpa360.next = ok({});
    assert.deepEqual(await loads(), { '1': '4 actual' });
  });
});
