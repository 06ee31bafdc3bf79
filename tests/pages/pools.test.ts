import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { fillSam } from '#tests/support/sample-sam.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = (t: TestContext) => {
  const house = openPageHouse();
  t.after(() => house.close());
  fillSam(house.db, () => '2026-03-02T08:00:00.000Z');
  const column = (sql: string) => house.db.sqlite.prepare(sql).pluck().all();
  return { house, column };
};

test('lists every pool with what is in it, the General one first', async (t) => {
  const { house } = open(t);
  const { rows } = await visit(house, '/pools');
  const told = rows.map((row) => [row[0], row[2], row[3]].join(' | '));
  assert.equal(told[0], 'General Lo que no está en ningún otro. | 2 | 3');
  assert.ok(told.includes('Norte Las máquinas de Girona | 1 | 1'), told.join('\n'));
});

test('is made, renamed and switched off, and the book says so', async (t) => {
  const { house, column } = open(t);
  const made = await send(house, '/pools', { nombre: ' Este ' });
  assert.equal(made.status, 303);
  const address = String(made.headers.location);
  await send(house, address, { nombre: 'Levante', activo: '0' });
  assert.deepEqual(column("SELECT nombre || activo FROM pools WHERE nombre = 'Levante'"), ['Levante0']);
  assert.deepEqual(column("SELECT accion FROM auditoria WHERE entidad = 'pool' ORDER BY auditoria_id"), ['crear', 'editar']);
});

for (const nombre of ['', 'NORTE', 'general', 'x'.repeat(61)])
  test(`refuses the name «${nombre.slice(0, 10)}» at the field`, async (t) => {
    const { house } = open(t);
    const screen = await send(house, '/pools', { nombre });
    assert.equal(screen.status, 422);
    assert.match(screen.html, /id="campo-nombre-motivo"/);
  });

test('deleted, leaves its robots and equipos in the General one', async (t) => {
  const { house, column } = open(t);
  assert.equal((await send(house, '/pools/norte/borrar')).status, 303);
  assert.deepEqual(column("SELECT count(*) FROM pools WHERE pool_id = 'norte'"), [0]);
  assert.deepEqual(
    column("SELECT pool_id FROM robots WHERE robot_id = '4711' UNION ALL SELECT pool_id FROM equipos WHERE equipo_id = '31'"),
    [null, null],
  );
});

test('that of the threads of this machine is nobody’s to change', async (t) => {
  const { house, column } = open(t);
  for (const path of ['/borrar', '', '/miembros'])
    assert.equal((await send(house, `/pools/local${path}`, { nombre: 'x', equipo_id: '31' })).status, 404);
  assert.deepEqual(column("SELECT count(*) FROM equipos WHERE pool_id = 'local'"), [1]);
});

test('takes robots and equipos in and lets them out, and never lends them to the balancer for it', async (t) => {
  const { house, column } = open(t);
  const flags = 'SELECT permite_balanceo_dinamico FROM equipos ORDER BY equipo_id';
  const before = column(flags);
  assert.equal((await send(house, '/pools/sur/miembros', { robot_id: '4712', equipo_id: '33' })).status, 303);
  assert.deepEqual(column("SELECT equipo_id FROM equipos WHERE pool_id = 'sur' ORDER BY 1"), ['33', '35']);
  assert.deepEqual(column("SELECT robot_id FROM robots WHERE pool_id = 'sur'"), ['4712']);
  await send(house, '/pools/sur/quitar', { equipo_id: '33' });
  assert.deepEqual(column("SELECT equipo_id FROM equipos WHERE pool_id = 'sur'"), ['35']);
  assert.deepEqual(column(flags), before);
});

test('takes in no thread of this machine and no Playwright robot, and asks for somebody to be chosen', async (t) => {
  const { house, column } = open(t);
  await send(house, '/pools/sur/miembros', { equipo_id: 'local-1', robot_id: 'xaloc_girona' });
  assert.deepEqual(column("SELECT pool_id FROM equipos WHERE equipo_id = 'local-1'"), ['local']);
  assert.deepEqual(column("SELECT count(*) FROM robots WHERE pool_id = 'sur'"), [0]);
  const screen = await send(house, '/pools/sur/miembros');
  assert.deepEqual([screen.status, /Elija al menos uno/.test(screen.text)], [422, true]);
});

test('finds whom to take in by part of the name', async (t) => {
  const { house } = open(t);
  const screen = await visit(house, '/pools/sur?buscar=rpa-0');
  assert.match(screen.text, /VM-RPA-01 en Norte/);
  assert.doesNotMatch(screen.text, /P20_CONCILIA/);
});

test('is for administrators to change; others look', async (t) => {
  const { house } = open(t);
  const reader = await signIn(house, 'operador', 'ana');
  assert.deepEqual((await visit(house, '/pools/norte', reader)).buttons, []);
  assert.equal((await send(house, '/pools/norte/borrar', {}, reader)).status, 403);
});
