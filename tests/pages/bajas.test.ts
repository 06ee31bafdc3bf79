import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { runSync } from '#server/sincronizacion/sincronizar.ts';
import { bot, device, fakeControlRoom, user } from '#tests/support/fake-control-room.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const machines = [1, 2, 3].map((n) => device(n));

/** Three machines, of which the third has really gone: one of three is more than the guard believes. */
const open = async (t: TestContext) => {
  const house = openPageHouse();
  t.after(() => house.close());
  const room = fakeControlRoom({ bots: [bot(1, 'P1_UNO')], devices: machines, users: [1, 2, 3].map((n) => user(n + 1000)) });
  const log = silentLog();
  const config = parseConfig({ ORIGEN_URL: 'sqlite:x', BOT_USER: 'Prueba' });
  const sync = () => runSync({ db: house.db, clock: manualClock(), config, log, hub: createHub(log), a360: room });
  const lacks = async (...ids: string[]) => {
    room.listing.devices = machines.filter(({ id }) => !ids.includes(id));
    await sync();
  };
  const column = (sql: string) => house.db.sqlite.prepare(sql).pluck().all();
  await sync();
  return { house, room, sync, lacks, column };
};
const gone = 'SELECT equipo_id FROM equipos WHERE presente_en_a360 = 0';
const open_ = "SELECT clave FROM avisos WHERE estado = 'abierto'";
const address = '/sincronizacion/equipos/bajas';

test('a drop nobody believes is shown by name, with the button that believes it', async (t) => {
  const { house, lacks, column } = await open(t);
  await lacks('3');
  const screen = await visit(house, '/equipos');
  assert.match(screen.text, /Faltan 1 de los 3 equipos .* Faltan: VM-3\./);
  assert.ok(screen.buttons.includes('Dar por buena la baja'));
  assert.match(String(column('SELECT acciones FROM avisos')), /Dar por buenas las bajas/);
});

test('accepted, it is applied at once, the aviso is over, and the next listing is a good one', async (t) => {
  const { house, lacks, column } = await open(t);
  await lacks('3');
  const screen = await send(house, address, { bajas: '1' });
  assert.deepEqual([screen.status, screen.headers.location], [303, '/equipos']);
  assert.deepEqual([column(gone), column(open_)], [['3'], []]);
  assert.deepEqual(column("SELECT accion || ' ' || entidad_id FROM auditoria WHERE entidad = 'sincronizacion'"), ['aceptar equipos']);
  await lacks('3');
  assert.deepEqual(column("SELECT DISTINCT outcome FROM sincronizaciones WHERE que = 'equipos'"), ['ok']);
  assert.ok(!(await visit(house, '/equipos')).buttons.some((words) => words.startsWith('Dar por')));
});

test('what is accepted is what was shown: if the listing has changed since, nothing is given up', async (t) => {
  const { house, lacks, column } = await open(t);
  await lacks('3');
  await lacks('2', '3');
  const screen = await send(house, address, { bajas: '1' });
  assert.equal(screen.status, 422);
  assert.match(screen.text, /Ahora faltan 2/);
  assert.deepEqual(column(gone), []);
});

test('one that came back is not given up by an old page', async (t) => {
  const { house, lacks, column } = await open(t);
  await lacks('3');
  await lacks();
  assert.equal((await send(house, address, { bajas: '1' })).status, 404);
  assert.deepEqual([column(gone), column(open_)], [[], []]);
});

test('a listing that fails afterwards does not take away what can be accepted', async (t) => {
  const { house, lacks, column, room, sync } = await open(t);
  await lacks('3');
  room.failing.devices = new Error('no');
  await assert.rejects(sync());
  assert.equal((await send(house, address, { bajas: '1' })).status, 303);
  assert.deepEqual(column(gone), ['3']);
});

test('a drop of robots is accepted apart from one of equipos', async (t) => {
  const { house, lacks, column, room, sync } = await open(t);
  room.listing.bots = [bot(2, 'P2_DOS')];
  await sync();
  await lacks('3');
  await send(house, '/sincronizacion/robots/bajas', { bajas: '1' });
  assert.deepEqual([column("SELECT robot_id FROM robots WHERE kind = 'a360' AND presente_en_a360 = 0"), column(gone)], [['1'], []]);
  assert.deepEqual(column(open_), ['a360_sync_bajas']);
});

test('is for administrators; others see what is missing and no button', async (t) => {
  const { house, lacks, column } = await open(t);
  await lacks('3');
  const reader = await signIn(house, 'operador', 'ana');
  const screen = await visit(house, '/equipos', reader);
  assert.match(screen.text, /Faltan: VM-3\./);
  assert.ok(!screen.buttons.some((words) => words.startsWith('Dar por')));
  assert.equal((await send(house, address, { bajas: '1' }, reader)).status, 403);
  assert.deepEqual(column(gone), []);
});
