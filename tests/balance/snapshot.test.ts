import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { BalanceEquipo } from '#server/balance/model.ts';
import { readBalanceSnapshot } from '#server/balance/snapshot.ts';
import { type BalanceHouse, openBalanceHouse } from './balance-house.ts';

const look = ({ db, clock }: BalanceHouse) => db.read(() => readBalanceSnapshot(db, clock.now(), new Map()));
const robotOf = (house: BalanceHouse, id = 'r1') => look(house).robots.find(({ robotId }) => robotId === id);
const equipoOf = (house: BalanceHouse, id = 'e1') => look(house).equipos.find(({ equipoId }) => equipoId === id) as BalanceEquipo;

describe('a robot may have equipos lent', () => {
  test('as it is configured, whatever another program has written in its limits', () => {
    const house = openBalanceHouse();
    house.db.sqlite.exec("INSERT INTO pools (pool_id, nombre) VALUES ('norte', 'Norte')");
    house.robot('r1', { pool_id: 'norte', min_equipos: 2, max_equipos: 5, tickets_por_equipo_adicional: 15, prioridad_balanceo: 7 });
    house.robot('r2', { pool_id: 'ya no está', min_equipos: 'dos', tickets_por_equipo_adicional: 'x' });
    assert.deepEqual(look(house).robots, [
      { robotId: 'r1', robot: 'P_r1', poolId: 'norte', min: 2, max: 5, ratio: 15, prioridad: 7, noApto: null },
      { robotId: 'r2', robot: 'P_r2', poolId: null, min: 1, max: -1, ratio: null, prioridad: 100, noApto: null },
    ]);
  });

  for (const [name, columns, reason] of [
    ['one that is switched off', { activo: 0 }, 'El robot está desactivado.'],
    ['one that works only by its programaciones', { es_online: 0 }, 'El robot no trabaja online: solo por programación.'],
    ['one that is gone from A360', { presente_en_a360: 0 }, 'El robot ya no está en A360.'],
    ['one whose pool is off', { pool_id: 'sur' }, 'Su pool está apagado.'],
  ] as const)
    test(`but not ${name}`, () => {
      const house = openBalanceHouse();
      house.db.sqlite.exec("INSERT INTO pools (pool_id, nombre, activo) VALUES ('sur', 'Sur', 0)");
      house.robot('r1', columns);
      assert.equal(robotOf(house)?.noApto, reason);
    });

  test('but not while it is suspended everywhere; on one equipo only does not count', () => {
    const house = openBalanceHouse();
    house.robot('r1');
    house.db.sqlite.exec("INSERT INTO suspensiones (robot_id, equipo_id, codigo, motivo) VALUES ('r1', 'e1', 'x', 'No.')");
    assert.equal(robotOf(house)?.noApto, null);
    house.db.sqlite.exec(
      `INSERT INTO suspensiones (robot_id, codigo, motivo, hasta) VALUES ('r1', 'x', 'No va.', '2026-03-02T08:00:00.000Z')`,
    );
    assert.equal(robotOf(house)?.noApto, null);
    house.db.sqlite.exec('UPDATE suspensiones SET hasta = NULL');
    assert.equal(robotOf(house)?.noApto, 'El robot está suspendido: No va.');
  });

  test('but one that nobody knows, or a robot of the browser, is there only to give back what it has', () => {
    const house = openBalanceHouse();
    house.robot('nav', { kind: 'playwright' });
    assert.deepEqual(
      look(house)
        .robots.map(({ robotId }) => robotId)
        .filter((id) => id === 'nav'),
      [],
    );
    house.asignacion('nav', 'e1');
    house.asignacion('nadie', 'e2');
    assert.equal(robotOf(house, 'nav')?.noApto, 'Es un robot de navegador: trabaja en los hilos de esta máquina.');
    assert.equal(robotOf(house, 'nadie')?.noApto, 'El robot no está en el catálogo.');
  });
});

describe('an equipo may be lent', () => {
  test('when all is well; local slots are not there', () => {
    const house = openBalanceHouse();
    house.equipo('e1');
    house.equipo('local-1', { pool_id: 'local' });
    const nobody = { robotId: null, liberando: false, ocupado: false, vetados: new Map(), ultimoRobotId: null };
    assert.deepEqual(look(house).equipos, [{ equipoId: 'e1', poolId: null, noApto: null, fijo: false, ...nobody }]);
  });

  for (const [name, columns, reason] of [
    ['one in maintenance', { activo_sam: 0 }, 'El equipo está en mantenimiento.'],
    ['one that is gone', { presente_en_a360: 0 }, 'El equipo ya no está en A360.'],
    ['one that is not connected', { conectado: 0 }, 'El equipo no está conectado a A360.'],
    ['one without a user', { user_id: null }, 'El equipo no tiene usuario de A360.'],
    ['one whose user is disabled', { user_activo: 0 }, 'El usuario del equipo está deshabilitado en A360.'],
    ['one that people keep out', { permite_balanceo_dinamico: 0 }, 'El equipo no admite el reparto dinámico.'],
    [
      'one without a licence to run',
      { licencia: 'DEVELOPMENT' },
      'El usuario del equipo no tiene licencia para ejecutar (ATTENDEDRUNTIME o RUNTIME).',
    ],
  ] as const)
    test(`but not ${name}`, () => {
      const house = openBalanceHouse();
      house.equipo('e1', columns);
      assert.equal(equipoOf(house).noApto, reason);
    });

  test('but not one that is suspended, reserved or programmed; what was lent there is seen', () => {
    const house = openBalanceHouse();
    for (const id of ['e1', 'e2', 'e3']) house.equipo(id);
    house.db.sqlite.exec("INSERT INTO suspensiones (equipo_id, codigo, motivo) VALUES ('e1', 'x', 'Se cuelga.')");
    house.asignacion('r1', 'e2', { reservado: 1 });
    house.asignacion('r2', 'e2', { liberando: 1 });
    house.asignacion('r1', 'e3', { es_programado: 1, programacion_id: 'p' });
    assert.equal(equipoOf(house).noApto, 'El equipo está suspendido: Se cuelga.');
    const { fijo, robotId, liberando } = equipoOf(house, 'e2');
    assert.deepEqual({ fijo, robotId, liberando }, { fijo: true, robotId: 'r2', liberando: true });
    assert.equal(equipoOf(house, 'e3').noApto, 'Lo tiene una programación o está reservado.');
  });

  test('but a slot of this machine, or one that is not there any more, only gives back', () => {
    const house = openBalanceHouse();
    house.equipo('local-1', { pool_id: 'local' });
    house.asignacion('r1', 'local-1');
    house.asignacion('r1', 'ya no');
    assert.equal(equipoOf(house, 'local-1').noApto, 'Es un hilo de esta máquina.');
    assert.equal(equipoOf(house, 'ya no').noApto, 'El equipo no está en el catálogo.');
  });
});

describe('an equipo is busy', () => {
  test('with any robot, also by a user it shares, and while A360 said UNKNOWN less than two hours ago', () => {
    const house = openBalanceHouse();
    for (const id of ['e1', 'e2', 'e3', 'e4']) house.equipo(id);
    house.equipo('e5', { user_id: 'u-e1' });
    house.run('1', { robot_id: 'otro', equipo_id: 'e1', user_id: 'u-de-antes' });
    house.run('2', { equipo_id: 'e2', estado: 'UNKNOWN', ultimo_unknown_at: '2026-03-02T07:30:00.000Z' });
    house.run('3', { equipo_id: 'e3', estado: 'UNKNOWN', ultimo_unknown_at: '2026-03-02T06:30:00.000Z' });
    house.run('4', { equipo_id: 'e4', estado: 'COMPLETED' });
    assert.deepEqual(
      look(house).equipos.map(({ equipoId, ocupado }) => [equipoId, ocupado]),
      [
        ['e1', true],
        ['e2', true],
        ['e3', false],
        ['e4', false],
        ['e5', true],
      ],
    );
  });

  test('and says who ran there last', () => {
    const house = openBalanceHouse();
    house.equipo('e1');
    house.run('1', { robot_id: 'r1', equipo_id: 'e1', estado: 'COMPLETED', fecha_inicio: '2026-03-01T09:00:00.000Z' });
    house.run('2', { robot_id: 'r2', equipo_id: 'e1', estado: 'COMPLETED', fecha_inicio: '2026-03-02T08:00:00.000Z' });
    assert.equal(equipoOf(house).ultimoRobotId, 'r2');
  });
});

test('another program may keep an equipo for the robot it is lent to: the loan ends', () => {
  const house = openBalanceHouse();
  house.robot('1');
  house.equipo('e1');
  house.asignacion('1', 'e1');
  house.asignacion('1', 'e1', { reservado: 1 });
  assert.deepEqual(house.rows('SELECT robot_id, equipo_id, reservado FROM asignaciones'), [
    { robot_id: '1', equipo_id: 'e1', reservado: 1 },
  ]);
});
