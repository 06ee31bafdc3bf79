import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { A360Error } from '#server/gateways/a360/a360.ts';
import { device, user } from '#tests/support/fake-control-room.ts';
import { openSync } from './support.ts';

const numbers = [1, 2, 3, 4];
const devices = numbers.map((n) => device(n));
const users = numbers.map((n) => user(n + 1000));
const bare = "SELECT equipo_id FROM equipos WHERE equipo_id NOT GLOB 'local-*'";

test('new machines come with their user and licences, switched on and lent to the balancer, connected or not', async (t) => {
  const licences = ['ANALYTICSCLIENT', 'RUNTIME'];
  const { sync, rows } = openSync(t, { devices: [device(1, { connected: false })], users: [user(1001, { licences })] });
  assert.equal((await sync()).equipos?.nuevos, 1);
  assert.deepEqual(rows("SELECT * FROM equipos WHERE equipo_id = '1'"), [
    {
      ...{ equipo_id: '1', equipo: 'VM-1', user_id: '1001', user_name: 'bot1', licencia: 'ANALYTICSCLIENT, RUNTIME', activo_sam: 1 },
      ...{ conectado: 0, permite_balanceo_dinamico: 1, pool_id: null, presente_en_a360: 1, user_activo: 1, manual: 0 },
    },
  ]);
});

test('the first default user with a licence to run robots counts; a machine without one is not added', async (t) => {
  const both = {
    users: [
      { id: '1', name: 'ana' },
      { id: '2', name: 'bot' },
    ],
  };
  const { sync, column } = openSync(t, {
    devices: [device(7, both), device(8, { users: [{ id: '1', name: 'ana' }] }), device(9, { users: [] })],
    users: [user(1, { licences: ['DEVELOPMENT'] }), user(2, { name: 'bot' })],
  });
  await sync();
  assert.deepEqual(column("SELECT equipo_id || ' ' || user_id FROM equipos WHERE equipo_id NOT GLOB 'local-*'"), ['7 2']);
});

test('a known one that lost its licence stays, and says so', async (t) => {
  const { sync, rows, room } = openSync(t, { devices, users });
  await sync();
  room.listing.users = [user(1001, { licences: [] }), ...users.slice(1)];
  await sync();
  assert.deepEqual(rows("SELECT user_id, licencia, presente_en_a360 FROM equipos WHERE equipo_id = '1'"), [
    { user_id: '1001', licencia: null, presente_en_a360: 1 },
  ]);
});

test('a disabled user and a lost connection are written apart from what an operator decides', async (t) => {
  const { sync, rows, db, room } = openSync(t, { devices, users });
  await sync();
  db.sqlite.exec("UPDATE equipos SET activo_sam = 0, permite_balanceo_dinamico = 0, pool_id = 'p' WHERE equipo_id = '1'");
  room.listing.users = [user(1001, { disabled: true }), ...users.slice(1)];
  room.listing.devices = [device(1, { connected: false, hostName: 'VM-UNO' }), ...devices.slice(1)];
  assert.equal((await sync()).equipos?.cambiados, 1);
  assert.deepEqual(
    rows("SELECT equipo, conectado, user_activo, activo_sam, permite_balanceo_dinamico, pool_id FROM equipos WHERE equipo_id = '1'"),
    [{ equipo: 'VM-UNO', conectado: 0, user_activo: 0, activo_sam: 0, permite_balanceo_dinamico: 0, pool_id: 'p' }],
  );
});

test('one that is gone is flagged; local slots and those a person added never are', async (t) => {
  const { sync, column, db, room } = openSync(t, { devices, users });
  db.sqlite.exec(
    `INSERT INTO equipos (equipo_id, equipo, manual, pool_id) VALUES ('77', 'A MANO', 1, NULL), ('local-1', 'Hilo', 0, 'local'), ('local-2', 'Hilo', 0, NULL)`,
  );
  await sync();
  room.listing.devices = devices.slice(1);
  assert.equal((await sync()).equipos?.ausentes, 1);
  assert.deepEqual(column('SELECT equipo_id FROM equipos WHERE presente_en_a360 = 0'), ['1']);
});

describe('while users may not be listed', () => {
  const forbidden = new A360Error('permiso', 'A360 no deja ver los usuarios.', { status: 403 });

  test('known machines keep licence and user, connections are told, and robots go on', async (t) => {
    const { sync, rows, room, column } = openSync(t, { devices, users });
    await sync();
    room.failing.users = forbidden;
    room.listing.devices = [device(1, { connected: false }), ...devices.slice(1), device(5)];
    const { equipos } = await sync();
    assert.deepEqual([equipos?.cambiados, equipos?.nuevos], [1, 0]);
    assert.deepEqual(rows("SELECT conectado, licencia, user_name FROM equipos WHERE equipo_id = '1'"), [
      { conectado: 0, licencia: 'ATTENDEDRUNTIME', user_name: 'bot1' },
    ]);
    assert.match(
      String(column('SELECT mensaje FROM sincronizaciones ORDER BY sincronizacion_id').at(-1)),
      /los de usuario desconocido esperan/,
    );
  });

  test('at the first sync no machine is added', async (t) => {
    const { sync, column, room } = openSync(t, { devices });
    room.failing.users = forbidden;
    await sync();
    assert.deepEqual(column(bare), []);
  });
});

describe('a listing of users without those the machines run as', () => {
  for (const [what, told] of [
    ['that is empty', []],
    ['that lacks too many', [user(1001)]],
  ] as const)
    test(`${what} takes no licence away`, async (t) => {
      const { sync, room, column } = openSync(t, { devices, users });
      await sync();
      room.listing.users = told;
      assert.equal((await sync()).equipos?.cambiados, 0);
      assert.deepEqual(column("SELECT DISTINCT licencia FROM equipos WHERE equipo_id NOT GLOB 'local-*'"), ['ATTENDEDRUNTIME']);
      assert.match(String(column('SELECT mensaje FROM sincronizaciones ORDER BY sincronizacion_id').at(-1)), /usuarios de A360/);
    });

  test('is believed about one alone', async (t) => {
    const { sync, room, rows } = openSync(t, { devices, users });
    await sync();
    room.listing.users = users.slice(1);
    await sync();
    assert.deepEqual(rows("SELECT licencia FROM equipos WHERE equipo_id = '1'"), [{ licencia: null }]);
  });
});

describe('a machine registered again under another id', () => {
  const again = [device(91, { hostName: 'vm-1', users: [{ id: '1001', name: 'bot1' }] }), ...devices.slice(1)];
  const open = async (t: Parameters<typeof openSync>[0]) => {
    const house = openSync(t, { devices, users });
    await house.sync();
    house.db.sqlite.exec(`
      UPDATE equipos SET activo_sam = 0, permite_balanceo_dinamico = 0, pool_id = 'p' WHERE equipo_id = '1';
      INSERT INTO asignaciones (robot_id, equipo_id, reservado) VALUES ('7', '1', 1);
      INSERT INTO suspensiones (robot_id, equipo_id, codigo, motivo) VALUES ('7', '1', 'config', 'Por algo.');
      INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado) VALUES ('e1', '7', '1', '1001', 'RUNNING'), ('e0', '7', '1', '1001', 'COMPLETED');`);
    house.room.listing.devices = again;
    return house;
  };

  test('two of one name, both registered again, are known at once, and the same listing changes nothing more', async (t) => {
    const twins = (...ids: number[]) => ids.map((id) => device(id, { hostName: 'GEMELA', users: [{ id: '1001', name: 'bot1' }] }));
    const { sync, room, column } = openSync(t, { devices: [...devices, ...twins(50, 51)], users });
    await sync();
    room.listing.devices = [...devices, ...twins(60, 61)];
    assert.deepEqual([(await sync()).equipos?.nuevos, (await sync()).equipos?.cambiados], [0, 0]);
    assert.deepEqual(column("SELECT equipo_id FROM equipos WHERE equipo = 'GEMELA' ORDER BY equipo_id"), ['60', '61']);
  });

  test('keeps what the operator wrote, its assignments, runs and suspensions, and the old id is gone', async (t) => {
    const { sync, rows, column } = await open(t);
    const { equipos } = await sync();
    assert.deepEqual([equipos?.nuevos, equipos?.ausentes], [0, 0]);
    assert.deepEqual(rows("SELECT equipo, activo_sam, permite_balanceo_dinamico, pool_id FROM equipos WHERE equipo_id = '91'"), [
      { equipo: 'vm-1', activo_sam: 0, permite_balanceo_dinamico: 0, pool_id: 'p' },
    ]);
    assert.deepEqual(column("SELECT equipo_id FROM equipos WHERE equipo_id = '1'"), []);
    for (const table of ['asignaciones', 'suspensiones', 'ejecuciones'])
      assert.deepEqual(column(`SELECT DISTINCT equipo_id FROM ${table}`), ['91'], table);
    assert.match(String(column('SELECT mensaje FROM sincronizaciones').at(-1)), /con otro identificador/);
  });

  test('is still lent to its robot, and still taken back when its run ends', async (t) => {
    const { sync, rows, db } = await open(t);
    db.sqlite.exec(`DELETE FROM asignaciones; INSERT INTO asignaciones (robot_id, equipo_id, liberando) VALUES ('7', '1', 1)`);
    await sync();
    assert.deepEqual(rows('SELECT robot_id, equipo_id, liberando FROM asignaciones'), [{ robot_id: '7', equipo_id: '91', liberando: 1 }]);
  });

  test('does not trip over what another program wrote for the new id', async (t) => {
    const { sync, db, column } = await open(t);
    db.sqlite.exec(`
      INSERT INTO asignaciones (robot_id, equipo_id, reservado) VALUES ('7', '91', 1);
      INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado) VALUES ('e2', '7', '91', 'DEPLOYED');`);
    await sync();
    assert.deepEqual(column('SELECT equipo_id FROM asignaciones'), ['91']);
    assert.deepEqual(column("SELECT equipo_id FROM ejecuciones WHERE ejecucion_id IN ('e0', 'e1', 'e2') ORDER BY ejecucion_id"), [
      '91',
      '1',
      '91',
    ]);
  });

  test('is another machine while the old id is still listed', async (t) => {
    const { sync, room, column } = await open(t);
    room.listing.devices = [...again, device(1)];
    await sync();
    assert.deepEqual(column("SELECT equipo_id FROM equipos WHERE lower(equipo) = 'vm-1' ORDER BY 1"), ['1', '91']);
  });

  test('keeps its open avisos, and those that are closed stay as they were', async (t) => {
    const { sync, db, column } = await open(t);
    db.sqlite.exec(`
      INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, estado) VALUES
        ('equipo_412:1', 'ALTO', 'EQUIPO', 'UMBRAL', 'x', 'abierto'), ('suspendido:7:1', 'CRITICO', 'ROBOT', 'PERMANENTE', 'x', 'abierto'),
        ('suspendido::1', 'CRITICO', 'EQUIPO', 'PERMANENTE', 'x', 'abierto'), ('suspendido:1:', 'CRITICO', 'ROBOT', 'PERMANENTE', 'x', 'abierto'),
        ('equipo_412:1', 'ALTO', 'EQUIPO', 'UMBRAL', 'x', 'resuelto'), ('equipo_412:11', 'ALTO', 'EQUIPO', 'UMBRAL', 'x', 'abierto')`);
    await sync();
    assert.deepEqual(column("SELECT clave || ' ' || estado FROM avisos WHERE clave LIKE '%:%' ORDER BY aviso_id"), [
      ...['equipo_412:91 abierto', 'suspendido:7:91 abierto', 'suspendido::91 abierto', 'suspendido:1: abierto'],
      ...['equipo_412:1 resuelto', 'equipo_412:11 abierto'],
    ]);
  });

  test('an aviso that meets its like at the new id is counted into it, and none stays open for the old one', async (t) => {
    const { sync, db, rows } = await open(t);
    db.sqlite.exec(`
      INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, veces) VALUES
        ('equipo_412:1', 'ALTO', 'EQUIPO', 'UMBRAL', 'x', 3), ('equipo_412:91', 'ALTO', 'EQUIPO', 'UMBRAL', 'x', 2);
      INSERT INTO suspensiones (robot_id, equipo_id, codigo, motivo) VALUES ('7', '91', 'config', 'Por lo mismo.')`);
    await sync();
    assert.deepEqual(rows("SELECT clave, veces, estado FROM avisos WHERE clave LIKE '%:%' ORDER BY aviso_id"), [
      { clave: 'equipo_412:1', veces: 3, estado: 'resuelto' },
      { clave: 'equipo_412:91', veces: 5, estado: 'abierto' },
    ]);
    assert.deepEqual(rows('SELECT equipo_id FROM suspensiones'), [{ equipo_id: '91' }]);
  });
});
