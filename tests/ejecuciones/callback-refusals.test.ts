import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock, settled } from '#tests/support/manual-clock.ts';
import { addSampleUser } from '#tests/support/sign-in.ts';

const secret = 'un-secreto-de-prueba';
const body = JSON.stringify({ deploymentId: 'd-x', status: 'RUN_COMPLETED' });

const open = async (t: TestContext) => {
  const clock = manualClock();
  const house = openPageHouse({ clock, env: { CALLBACK_TOKEN: secret } });
  t.after(() => house.close());
  await addSampleUser(house, 'administrador');
  const call = async (proof: string | null, from = '10.0.0.8') => {
    const headers = { 'content-type': 'application/json', ...(proof === null ? {} : { 'x-authorization': proof }) };
    const { statusCode } = await house.app.inject({ method: 'POST', url: '/api/callback', remoteAddress: from, payload: body, headers });
    await settled();
    return statusCode;
  };
  const avisos = () =>
    house.db.sql("SELECT nivel, ambito, naturaleza, estado, veces, detalle FROM avisos WHERE clave = 'callback_rechazado'").all() as {
      estado: string;
      veces: number;
      detalle: string;
    }[];
  return { clock, house, call, avisos };
};

test('a callback with a wrong secret raises an aviso that says from where, and never what it brought', async (t) => {
  const { call, avisos } = await open(t);
  assert.equal(await call('una-clave-equivocada', '::ffff:10.0.0.8'), 401);
  const [{ detalle = '', ...aviso } = {}] = avisos();
  assert.deepEqual(aviso, { nivel: 'MEDIO', ambito: 'SISTEMA', naturaleza: 'UMBRAL', estado: 'abierto', veces: 1 });
  assert.match(detalle, /rechazado uno, desde 10\.0\.0\.8\./);
  assert.ok(!detalle.includes('equivocada') && !detalle.includes(secret));
});

test('whoever hammers writes once a minute, and the aviso counts all of them', async (t) => {
  const { call, avisos, clock, house } = await open(t);
  const write = t.mock.method(house.deps.db, 'write');
  for (let n = 0; n < 300; n++) await call(n % 2 === 0 ? null : 'otra', `10.0.1.${n % 20}`);
  assert.equal(write.mock.callCount(), 1);
  await clock.advance(60_000);
  assert.equal(write.mock.callCount(), 2);
  const [aviso, ...others] = avisos();
  assert.deepEqual([aviso?.veces, others], [2, []]);
  assert.match(aviso?.detalle ?? '', /rechazado 300, desde 10\.0\.1\.0, .* y quizá otras/);
  await clock.advance(3_600_000);
  assert.equal(write.mock.callCount(), 2, 'silence writes nothing');
});

test('a good one closes it, and the next bad one begins to count anew', async (t) => {
  const { call, avisos, clock } = await open(t);
  await call('otra');
  await call('otra');
  await clock.advance(60_000);
  assert.equal(await call(secret), 200);
  assert.deepEqual(
    avisos().map(({ estado }) => estado),
    ['resuelto'],
  );
  await call('otra', '10.0.0.9');
  await clock.advance(60_000);
  assert.deepEqual(
    avisos().map(({ estado }) => estado),
    ['resuelto', 'abierto'],
  );
  assert.match(avisos()[1]?.detalle ?? '', /rechazado uno, desde 10\.0\.0\.9\./);
});

test('trouble of the database while it is told does not make the answer another one', async (t) => {
  const { call, avisos, clock, house } = await open(t);
  house.db.sqlite.exec("CREATE TRIGGER no_avisos BEFORE INSERT ON avisos BEGIN SELECT raise(ABORT, 'disco lleno'); END");
  assert.equal(await call('otra'), 401);
  house.db.sqlite.exec('DROP TRIGGER no_avisos');
  await clock.advance(60_000);
  assert.equal(await call('otra'), 401);
  assert.equal(avisos().length, 1);
});
