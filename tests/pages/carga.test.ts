import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { LoadAnswer } from '#server/gateways/carga/carga.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillBalance } from '#tests/support/sample-balance.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const now = '2026-03-02T09:00:00.000Z';
const ago = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();

const open = (t: TestContext, load: (signal: AbortSignal) => Promise<LoadAnswer> = async () => ({ kind: 'ok', tickets: new Map() })) => {
  const clock = manualClock(now);
  const house = openPageHouse({
    clock,
    carga: [{ name: 'clouders', place: 'https://clouders.example', load, close: async () => undefined }],
  });
  t.after(() => house.close());
  house.db.sqlite.exec("INSERT INTO pools (pool_id, nombre) VALUES ('norte', 'Norte'), ('sur', 'Sur')");
  fillBalance(house.db, ago);
  return { house, clock };
};

test('tells of each source where it is, how it does and what it last said', async (t) => {
  const { house } = open(t);
  const { text, rows } = await visit(house, '/carga');
  assert.match(text, /No contesta: clouders/);
  assert.match(text, /El servidor no contesta \(tiempo agotado\)\. Dónde https:\/\/clouders\.example/);
  assert.match(text, /Última respuesta hace 6 min 09:54:00 Tardó 30 s Fallos seguidos 3/);
  assert.deepEqual(rows[0], ['RBT_ALTAS', '45', 'P48_ALTAS_DE_CLIENTES']);
  assert.match(rows[1]?.join(' ') ?? '', /^RBT_NUEVO 12 Sin robot No hay ningún robot que se llame «RBT_NUEVO»\. Mapear/);
});

test('a source that is not configured says how it is', async (t) => {
  const { house } = open(t);
  assert.match((await visit(house, '/carga')).text, /rpa360 Sin configurar .* Se configura con SQL_RPA360_HOST/);
});

test('asked now, shows what it answers, keeps nothing of it, and the book says who asked', async (t) => {
  const { house } = open(t, async () => ({ kind: 'ok', tickets: new Map([['RBT_OTRO', 3]]) }));
  const kept = () => JSON.stringify(house.db.sqlite.prepare('SELECT * FROM fuentes_carga').all());
  const before = kept();
  const screen = await send(house, '/carga/clouders/probar');
  assert.equal(screen.status, 200);
  assert.match(screen.text, /Contesta en .* 1 nombres, 3 tickets en total\. No se ha guardado nada/);
  assert.ok(screen.rows.some(([name, tickets]) => name === 'RBT_OTRO' && tickets === '3'));
  assert.equal(kept(), before);
  assert.deepEqual(house.db.sqlite.prepare("SELECT accion || ' ' || entidad_id FROM auditoria").pluck().all(), ['probar clouders']);
});

test('one that fails says why, and one that throws too', async (t) => {
  const failing = open(t, async () => ({ kind: 'failed', reason: 'La clave no vale.' })).house;
  assert.match((await send(failing, '/carga/clouders/probar')).text, /La clave no vale\./);
  const broken = open(t, () => Promise.reject(new Error('roto'))).house;
  const screen = await send(broken, '/carga/clouders/probar');
  assert.deepEqual([screen.status, /de un modo inesperado/.test(screen.text), /roto/.test(screen.text)], [200, true, false]);
});

test('one that never answers is given up after a minute', async (t) => {
  let asked = () => undefined as unknown;
  const begun = new Promise((resolve) => {
    asked = () => resolve(null);
  });
  let given: AbortSignal | null = null;
  const { house, clock } = open(t, (signal) => {
    given = signal;
    asked();
    return new Promise(() => undefined);
  });
  const answer = send(house, '/carga/clouders/probar');
  await begun;
  await clock.advance(60_000);
  assert.match((await answer).text, /No ha contestado en 60 segundos/);
  assert.equal((given as AbortSignal | null)?.aborted, true);
});

test('the local queue can be asked; one that is not there is 404', async (t) => {
  const { house } = open(t);
  assert.match((await send(house, '/carga/local/probar')).text, /Contesta en/);
  for (const name of ['rpa360', 'nadie']) assert.equal((await send(house, `/carga/${name}/probar`)).status, 404);
});

test('asking is for those who command the launcher', async (t) => {
  const { house } = open(t);
  const reader = await signIn(house, 'lectura');
  assert.equal((await send(house, '/carga/clouders/probar', {}, reader)).status, 403);
  assert.deepEqual((await visit(house, '/carga', reader)).buttons, []);
});
