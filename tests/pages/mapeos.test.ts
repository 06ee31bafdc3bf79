import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { fillBalance } from '#tests/support/sample-balance.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = (t: TestContext) => {
  const house = openPageHouse({ env: { ROBOTS_MAPA_JSON: '{"RBT_VIEJO":"P49_BAJAS"}' } });
  t.after(() => house.close());
  house.db.sqlite.exec("INSERT INTO pools (pool_id, nombre) VALUES ('norte', 'Norte'), ('sur', 'Sur')");
  fillBalance(house.db, (minutes) => new Date(Date.now() - minutes * 60_000).toISOString());
  const column = (sql: string) => house.db.sqlite.prepare(sql).pluck().all();
  return { house, column };
};

test('names with tickets and no robot come first, with a way to the form that fills it', async (t) => {
  const { house } = open(t);
  const { rows, links } = await visit(house, '/mapeos');
  assert.deepEqual(rows[0]?.slice(0, 3), ['RBT_NUEVO', 'clouders', '12']);
  const { fields, html } = await visit(house, links.get('Mapear RBT_NUEVO') ?? '');
  assert.equal(fields.get('nombre_externo'), 'RBT_NUEVO');
  assert.match(html, /<option value="clouders" selected>/);
});

test('lists those of the table and those of the settings, which cannot be changed', async (t) => {
  const { house } = open(t);
  const { rows } = await visit(house, '/mapeos');
  assert.ok(rows.some(([name, source, robot]) => name === 'RBT_ALTAS' && source === 'clouders' && robot === 'P48_ALTAS_DE_CLIENTES 4801'));
  assert.ok(rows.some((row) => row.length === 2 && row[0] === 'RBT_VIEJO' && row[1] === 'P49_BAJAS'));
});

test('is made and deleted, the count of tickets follows, and the book says so', async (t) => {
  const { house, column } = open(t);
  const made = await send(house, '/mapeos', {
    proveedor: 'clouders',
    nombre_externo: ' RBT_NUEVO ',
    robot_id: '4803',
    descripcion: 'Nuevo',
  });
  assert.deepEqual([made.status, made.headers.location], [303, '/mapeos']);
  assert.deepEqual(column("SELECT robot_id FROM mapeo_robots WHERE nombre_externo = 'RBT_NUEVO'"), ['4803']);
  assert.doesNotMatch((await visit(house, '/mapeos')).text, /sin robot/);
  const [id] = column("SELECT mapeo_id FROM mapeo_robots WHERE nombre_externo = 'RBT_NUEVO'");
  assert.equal((await send(house, `/mapeos/${id}/borrar`)).status, 303);
  assert.match((await visit(house, '/mapeos')).text, /sin robot/);
  assert.deepEqual(column("SELECT accion FROM auditoria WHERE entidad = 'mapeo' ORDER BY auditoria_id"), ['crear', 'borrar']);
  assert.equal((await send(house, `/mapeos/${id}/borrar`)).status, 404);
});

const good = { proveedor: 'clouders', nombre_externo: 'RBT_X', robot_id: '4801' };
for (const [what, form, field] of [
  ['no source', { ...good, proveedor: '' }, 'proveedor'],
  ['an unknown source', { ...good, proveedor: 'otra' }, 'proveedor'],
  ['no name', { ...good, nombre_externo: '  ' }, 'nombre_externo'],
  ['a name that has its mapeo', { ...good, nombre_externo: 'RBT_ALTAS' }, 'nombre_externo'],
  ['no robot', { ...good, robot_id: '' }, 'robot_id'],
  ['an unknown robot', { ...good, robot_id: 'nadie' }, 'robot_id'],
  ['a robot of this machine', { ...good, robot_id: 'xaloc_girona' }, 'robot_id'],
] as const)
  test(`refuses ${what} at the field, and keeps what was typed`, async (t) => {
    const { house, column } = open(t);
    const screen = await send(house, '/mapeos', form);
    assert.equal(screen.status, 422);
    assert.match(screen.html, new RegExp(`id="campo-${field}-motivo"`));
    assert.equal(screen.fields.get('nombre_externo'), form.nombre_externo);
    assert.deepEqual(column('SELECT count(*) FROM mapeo_robots'), [2]);
  });

test('is for administrators to change; others look', async (t) => {
  const { house } = open(t);
  const reader = await signIn(house, 'operador', 'ana');
  assert.deepEqual((await visit(house, '/mapeos', reader)).buttons, []);
  assert.equal((await send(house, '/mapeos', good, reader)).status, 403);
});
