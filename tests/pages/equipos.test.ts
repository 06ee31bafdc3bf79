import assert from 'node:assert/strict';
import test, { describe, type TestContext } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { fillSam } from '#tests/support/sample-sam.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = (t: TestContext) => {
  const house = openPageHouse();
  t.after(() => house.close());
  fillSam(house.db, () => '2026-03-02T08:00:00.000Z');
  const one = (sql: string) => house.db.sqlite.prepare(sql).get() as Record<string, unknown>;
  return { house, one };
};

type Rows = readonly (readonly string[])[];
const names = (rows: Rows): string[] =>
  rows.flatMap((row) => (row.length === 6 ? [(row[0] ?? '').split(' ')[0] as string] : [])).filter((name) => name.startsWith('VM'));
const rowOf = (rows: Rows, name: string): string => rows.find((row) => row[0]?.startsWith(name))?.join(' | ') ?? '';

describe('/equipos', () => {
  test('says of each what keeps robots from it, whose it is, and what it is busy with', async (t) => {
    const { house } = open(t);
    const { rows } = await visit(house, '/equipos');
    assert.match(
      rowOf(rows, 'VM-RPA-01'),
      /31 · Norte \| Listo \| bot\.uno ATTENDEDRUNTIME, RUNTIME \| Reservado P10_CARGA_FACTURAS \| P10_CARGA_FACTURAS RUNNING /,
    );
    assert.match(rowOf(rows, 'VM-RPA-02'), /Desconectado .*Dinámico P10_CARGA_FACTURAS \| libre/);
    assert.match(rowOf(rows, 'VM-RPA-03'), /En mantenimiento .*Disponible/);
    assert.match(rowOf(rows, 'VM-RPA-04'), /No está en A360 .*Programado P20_CONCILIA_BANCOS/);
    assert.match(rowOf(rows, 'VM-A-MANO'), /Sur · añadido a mano \| Sin usuario/);
    assert.match(rowOf(rows, 'Hilo'), /local-1 · Esta máquina \| Listo/);
  });

  test('of several assignments shows the strongest: programado, reservado, dinámico', async (t) => {
    const { house } = open(t);
    house.db.sqlite.exec(
      "INSERT INTO asignaciones (robot_id, equipo_id, reservado) VALUES ('4713', '34', 1); INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id) VALUES ('4712', '31', 1, 'x')",
    );
    const { rows } = await visit(house, '/equipos');
    assert.match(rowOf(rows, 'VM-RPA-04'), /Programado P20_CONCILIA_BANCOS \|/);
    assert.match(rowOf(rows, 'VM-RPA-01'), /Programado P20_CONCILIA_BANCOS \|/);
    assert.deepEqual(names((await visit(house, '/equipos?asignacion=reservado')).rows), []);
    assert.deepEqual(names((await visit(house, '/equipos?asignacion=programado')).rows), ['VM-RPA-01', 'VM-RPA-04']);
  });

  for (const [address, found] of [
    ['conectado=0', ['VM-RPA-02']],
    ['activo=0', ['VM-RPA-03']],
    ['balanceo=1', ['VM-RPA-01', 'VM-RPA-02']],
    ['pool=sur', ['VM-A-MANO']],
    ['pool=general', ['VM-RPA-02', 'VM-RPA-03', 'VM-RPA-04']],
    ['asignacion=disponible&pool=sur', ['VM-A-MANO']],
    ['asignacion=dinamico', ['VM-RPA-02']],
    ['q=bot.tres', ['VM-RPA-03']],
    ['q=34', ['VM-RPA-04']],
  ] as const)
    test(`?${address} narrows it, with a chip to take that away`, async (t) => {
      const { house } = open(t);
      const screen = await visit(house, `/equipos?${address}`);
      assert.deepEqual(names(screen.rows), found);
      assert.ok([...screen.links.keys()].some((words) => words.startsWith('Quitar el filtro')));
    });

  test('goes on by name, fifty at a time', async (t) => {
    const { house } = open(t);
    const insert = house.db.sql('INSERT INTO equipos (equipo_id, equipo) VALUES (?, ?)');
    for (let n = 100; n < 180; n++) insert.run(String(n), `VM-MUCHAS-${n}`);
    const first = await visit(house, '/equipos?q=MUCHAS');
    const second = await visit(house, first.links.get('Siguientes') ?? '');
    assert.deepEqual([names(first.rows).length, names(second.rows).length, names(second.rows)[0]], [50, 30, 'VM-MUCHAS-150']);
  });

  test('tells how the last synchronisation went', async (t) => {
    const { house } = open(t);
    const { rows } = await visit(house, '/equipos');
    assert.match(rowOf(rows, 'Robots'), /Bien .*40 en A360: 1 nuevos, 2 cambiados, 1 dados de baja/);
    assert.match(rowOf(rows, 'Equipos'), /Sin dar bajas .*no se da de baja ninguno/);
  });
});

describe('a machine added by hand', () => {
  const machine = { equipo_id: '77', equipo: 'VM-NUEVA', user_id: '500', user_name: 'bot', licencia: 'RUNTIME', pool_id: 'sur' };

  test('is switched on, is not lent to the balancer, and is told from those sync brings', async (t) => {
    const { house, one } = open(t);
    const screen = await send(house, '/equipos', machine);
    assert.deepEqual([screen.status, screen.headers.location], [303, '/equipos/77']);
    assert.deepEqual(one("SELECT equipo, activo_sam, permite_balanceo_dinamico, pool_id, manual FROM equipos WHERE equipo_id = '77'"), {
      ...{ equipo: 'VM-NUEVA', activo_sam: 1, permite_balanceo_dinamico: 0, pool_id: 'sur', manual: 1 },
    });
    assert.equal(one("SELECT accion FROM auditoria WHERE entidad = 'equipo'").accion, 'crear');
  });

  for (const [what, fields, field] of [
    ['an id that is taken', { equipo_id: '31' }, 'equipo_id'],
    ['an id that is no number', { equipo_id: 'VM' }, 'equipo_id'],
    ['no name', { equipo: ' ' }, 'equipo'],
    ['a user that is no number', { user_id: 'bot' }, 'user_id'],
    ['a pool there is not', { pool_id: 'nada' }, 'pool_id'],
    ['the pool of the threads', { pool_id: 'local' }, 'pool_id'],
  ] as const)
    test(`is refused with ${what}, with the reason at the field`, async (t) => {
      const { house } = open(t);
      const screen = await send(house, '/equipos', { ...machine, ...fields });
      assert.equal(screen.status, 422);
      assert.match(screen.html, new RegExp(`id="campo-${field}-motivo"`));
    });
});

describe('deleting a machine', () => {
  test('added by hand and used by nothing, it is gone, and the audit says who did it', async (t) => {
    const { house, one } = open(t);
    assert.ok((await visit(house, '/equipos/35')).buttons.includes('Borrar'));
    const screen = await send(house, '/equipos/35/borrar', {});
    assert.deepEqual([screen.status, screen.headers.location], [303, '/equipos']);
    assert.equal((await visit(house, '/equipos/35')).status, 404);
    assert.deepEqual(one("SELECT accion, entidad_id FROM auditoria WHERE entidad = 'equipo'"), { accion: 'borrar', entidad_id: '35' });
  });

  for (const [what, id, sql, reason] of [
    ['that A360 shows', '32', '', /viene de A360/],
    ['a thread of this machine', 'local-1', '', /No se puede borrar/],
    ['with a robot', '35', "INSERT INTO asignaciones (robot_id, equipo_id) VALUES ('4711', '35')", /asignado/],
    [
      'that has worked',
      '35',
      "INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado) VALUES ('x', '4711', '35', 'COMPLETED')",
      /historia/,
    ],
  ] as const)
    test(`is refused for one ${what}, with the reason`, async (t) => {
      const { house, one } = open(t);
      house.db.sqlite.exec(sql);
      const screen = await send(house, `/equipos/${id}/borrar`, {});
      assert.equal(screen.status, 422);
      assert.match(screen.text, reason);
      assert.ok(!screen.buttons.includes('Borrar'));
      assert.ok(one(`SELECT 1 FROM equipos WHERE equipo_id = '${id}'`));
    });

  test('is for administrators', async (t) => {
    const { house, one } = open(t);
    const reader = await signIn(house, 'operador', 'ana');
    assert.equal((await send(house, '/equipos/35/borrar', {}, reader)).status, 403);
    assert.ok(one("SELECT 1 FROM equipos WHERE equipo_id = '35'"));
  });
});

describe('/equipos/:id', () => {
  test('switches one thing at a time, and nothing along with it', async (t) => {
    const { house, one } = open(t);
    const flags = "SELECT activo_sam, permite_balanceo_dinamico, pool_id FROM equipos WHERE equipo_id = '31'";
    await send(house, '/equipos/31?vuelta=lista', { activo_sam: '0' });
    assert.deepEqual(one(flags), { activo_sam: 0, permite_balanceo_dinamico: 1, pool_id: 'norte' });
    await send(house, '/equipos/33', { pool_id: 'sur' });
    assert.deepEqual(one("SELECT permite_balanceo_dinamico, pool_id FROM equipos WHERE equipo_id = '33'"), {
      ...{ permite_balanceo_dinamico: 0, pool_id: 'sur' },
    });
  });

  test('never takes from the form what sync owns', async (t) => {
    const { house, one } = open(t);
    await send(house, '/equipos/31', { equipo: 'OTRA', licencia: '', user_id: '1', conectado: '0' });
    assert.deepEqual(one("SELECT equipo, licencia, user_id, conectado FROM equipos WHERE equipo_id = '31'"), {
      ...{ equipo: 'VM-RPA-01', licencia: 'ATTENDEDRUNTIME, RUNTIME', user_id: '88', conectado: 1 },
    });
  });

  test('of a thread of this machine can only be switched', async (t) => {
    const { house, one } = open(t);
    await send(house, '/equipos/local-1', { activo_sam: '0', pool_id: 'sur', permite_balanceo_dinamico: '1' });
    assert.deepEqual(one("SELECT activo_sam, permite_balanceo_dinamico, pool_id FROM equipos WHERE equipo_id = 'local-1'"), {
      ...{ activo_sam: 0, permite_balanceo_dinamico: 0, pool_id: 'local' },
    });
  });

  test('is for administrators to change; others look', async (t) => {
    const { house } = open(t);
    const reader = await signIn(house, 'operador', 'ana');
    const screen = await visit(house, '/equipos/31', reader);
    assert.doesNotMatch(screen.html, /Lo que se decide aquí/);
    assert.equal((await send(house, '/equipos/31', { activo_sam: '0' }, reader)).status, 403);
    assert.equal((await visit(house, '/equipos/999', reader)).status, 404);
  });
});
