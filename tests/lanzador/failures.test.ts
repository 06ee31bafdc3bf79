import assert from 'node:assert/strict';
import test, { beforeEach, describe } from 'node:test';
import { failing, failure, type LaunchHouse, launchThrough, openLaunchHouse } from './launch-house.ts';

let house: LaunchHouse;
beforeEach(() => {
  house = openLaunchHouse();
});

describe('an equipo that is busy', () => {
  test('is tried again after a while, and then it starts', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('equipo_ocupado', { status: 412 }), 1);
    assert.deepEqual(await launchThrough(house), { launched: 1, refused: 0, lost: 0 });
    assert.equal(house.clock.monotonic() >= 10_000, true);
    assert.deepEqual(house.rows()[0], { equipo_id: '31', estado: 'DEPLOYED', deployment_id: 'd-2', ocurrencia_libre: 0 });
  });

  test('is left after its attempts with the occurrence open, and the next cycle tries again', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('equipo_ocupado', { status: 412 }), 2);
    assert.deepEqual(await launchThrough(house), { launched: 0, refused: 1, lost: 0 });
    const { equipo_id, estado, ocurrencia_libre } = house.rows()[0] ?? {};
    assert.deepEqual([house.calls.length, equipo_id, estado, ocurrencia_libre], [2, '31', 'DEPLOY_FAILED', 1]);
    assert.deepEqual(house.rows('origen, error_code, mensaje')[0], {
      ...{ origen: 'lanzador', error_code: 'a360_equipo_ocupado', mensaje: 'A360 dice que no.' },
    });
    assert.equal((await launchThrough(house)).launched, 1);
  });

  test('raises an aviso at the threshold of launches in a row, not of attempts, and a success ends it', async () => {
    house = openLaunchHouse({ LANZADOR_ALERTAS_ERROR_412_UMBRAL: '3' });
    house.online('1', '31');
    house.deploy = failing(failure('equipo_ocupado', { status: 412 }), 6);
    for (const open of [0, 0, 1]) {
      await launchThrough(house);
      await house.clock.advance(30_000);
      assert.equal(house.avisos().length, open);
    }
    assert.deepEqual(house.avisos(), ['ALTO EQUIPO UMBRAL equipo_412:31']);
    assert.equal((await launchThrough(house)).launched, 1);
    assert.deepEqual(house.avisos(), []);
  });
});

describe('a failure for good', () => {
  const cases = [
    ['config', 'the pair', { robot_id: '1', equipo_id: '31', hasta: null }, 'CRITICO ROBOT PERMANENTE suspendido:1:31'],
    ['permiso', 'the pair', { robot_id: '1', equipo_id: '31', hasta: null }, 'CRITICO ROBOT PERMANENTE suspendido:1:31'],
    ['robot', 'the robot everywhere', { robot_id: '1', equipo_id: null, hasta: null }, 'CRITICO ROBOT PERMANENTE suspendido:1:'],
    ['usuario', 'the equipo', { robot_id: null, equipo_id: '31', hasta: null }, 'CRITICO EQUIPO PERMANENTE suspendido::31'],
    [
      ...(['equipo_config', 'the equipo for an hour'] as const),
      { robot_id: null, equipo_id: '31', hasta: '2026-03-02T10:00:00.000Z' },
      'CRITICO EQUIPO PERMANENTE suspendido::31',
    ],
  ] as const;
  for (const [kind, what, suspended, aviso] of cases)
    test(`(${kind}) is not tried again: it suspends ${what}, opens an aviso and consumes the occurrence`, async () => {
      house.daily('1', '31');
      house.deploy = failing(failure(kind));
      assert.equal((await launchThrough(house)).refused, 1);
      const { codigo, ...rest } = house.suspensiones()[0] ?? {};
      assert.deepEqual([codigo, rest, house.avisos()], [`a360_${kind}`, suspended, [aviso]]);
      assert.deepEqual(house.rows('estado, ocurrencia_libre'), [{ estado: 'DEPLOY_FAILED', ocurrencia_libre: 0 }]);
      await launchThrough(house);
      assert.equal(house.calls.length, 1);
      assert.equal(house.db.sqlite.prepare('SELECT count(*) FROM asignaciones').pluck().get(), 1);
    });

  test('is told with the names of the robot, the equipo and its user', async () => {
    house.daily('1', '31');
    house.db.sqlite.exec("UPDATE equipos SET user_name = 'rpa.madrid'");
    house.deploy = failing(failure('equipo_config', { status: 400 }), 1);
    await launchThrough(house);
    assert.deepEqual(house.db.sqlite.prepare("SELECT datos ->> 'Robot', datos ->> 'Equipo', datos ->> 'Usuario' FROM avisos").raw().all(), [
      house.db.sqlite.prepare("SELECT robot, equipo, user_name FROM robots, equipos WHERE robot_id = '1' AND equipo_id = '31'").raw().get(),
    ]);
  });

  test('of a robot keeps the rest of that cycle from asking for it', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.online('1', '31', '32', '33');
    house.deploy = failing(failure('robot'));
    await launchThrough(house);
    assert.deepEqual([house.calls.length, house.rows().length], [1, 1]);
  });

  test('of a user wakes the sync', async () => {
    house.online('1', '31');
    house.deploy = failing(failure('usuario'));
    await launchThrough(house);
    assert.ok(house.woken.includes('sincronizar'));
  });

  test('of the equipo is tried again after its hour, and counts on the same aviso', async () => {
    house.online('1', '31');
    house.deploy = failing(failure('equipo_config'));
    await launchThrough(house);
    await house.clock.advance(3_600_001);
    await launchThrough(house);
    assert.equal(house.calls.length, 2);
    assert.equal(house.db.sqlite.prepare('SELECT veces FROM avisos').pluck().get(), 2);
  });
});

describe('A360 itself', () => {
  test('asking for a rest is given it: nothing more is asked for until then, and every occurrence stays open', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.daily('1', '31', '32', '33');
    house.deploy = failing(failure('ritmo', { status: 429, retryAfterMs: 90_000 }), 1);
    assert.deepEqual(await launchThrough(house), { launched: 0, refused: 1, lost: 0 });
    assert.deepEqual(house.rows('ocurrencia_libre'), [{ ocurrencia_libre: 1 }]);
    await house.clock.advance(89_999);
    assert.equal((await launchThrough(house)).launched, 0);
    await house.clock.advance(1);
    assert.equal((await launchThrough(house)).launched, 3);
  });

  test('asking several at once for rests of different lengths is given the longest', async () => {
    house.online('1', '31', '32');
    house.deploy = async ({ userId }) => {
      throw failure('ritmo', { status: 429, retryAfterMs: userId === 'u31' ? 90_000 : 1000 });
    };
    assert.equal((await launchThrough(house)).refused, 2);
    house.deploy = async (_order, nth) => ({ deploymentId: `d-${nth}` });
    await house.clock.advance(89_999);
    assert.equal((await launchThrough(house)).launched, 0);
    await house.clock.advance(1);
    assert.equal((await launchThrough(house)).launched, 2);
  });

  test('failing (5xx) three times in a row opens an aviso, which a launch ends', async () => {
    house.online('1', '31', '32', '33');
    house.deploy = failing(failure('servidor', { status: 500, maybeDone: true }), 3);
    for (const avisos of [[], [], ['CRITICO SISTEMA TRANSITORIO a360_lanzar']]) {
      house.db.sqlite.exec("UPDATE equipos SET activo_sam = equipo_id = '3' || (1 + (SELECT count(*) FROM ejecuciones))");
      assert.equal((await launchThrough(house)).lost, 1);
      assert.deepEqual(house.avisos(), avisos);
    }
    house.db.sqlite.exec('UPDATE equipos SET activo_sam = 0');
    house.online('2', '41');
    assert.equal((await launchThrough(house)).launched, 1);
    assert.deepEqual(house.avisos(), []);
  });

  test('failing (5xx) for one robot keeps no other from starting', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.online('1', ...Array.from({ length: 8 }, (_, n) => `e${n}`));
    house.online('2', 'f1', 'f2');
    house.deploy = async ({ fileId }, nth) => {
      if (fileId === '1') throw failure('servidor', { status: 500, maybeDone: true });
      return { deploymentId: `d-${nth}` };
    };
    assert.deepEqual(await launchThrough(house), { launched: 2, refused: 0, lost: 3 });
    assert.equal(house.rows().length, 5);
  });

  test('not reached at all (nothing left this machine) leaves the occurrence open: the next cycle launches it', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('red', { maybeDone: false }), 1);
    assert.deepEqual(await launchThrough(house), { launched: 0, refused: 1, lost: 0 });
    assert.deepEqual(house.rows('estado, ocurrencia_libre'), [{ estado: 'DEPLOY_FAILED', ocurrencia_libre: 1 }]);
    assert.equal((await launchThrough(house)).launched, 1);
  });

  test('not reached three times in a row is not tried for all the rest', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.online('1', ...Array.from({ length: 8 }, (_, n) => `e${n}`));
    house.deploy = failing(failure('red', { maybeDone: false }));
    assert.equal((await launchThrough(house)).refused, 3);
    assert.equal(house.rows().length, 3);
  });

  test('whose answer is lost leaves the row as it is', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('red'));
    assert.deepEqual(await launchThrough(house), { launched: 0, refused: 0, lost: 1 });
    assert.deepEqual(house.rows('estado, error_code, fecha_fin'), [
      { estado: 'PENDING_EXECUTION', error_code: 'a360_red', fecha_fin: null },
    ]);
    assert.equal(house.calls.length, 1);
  });

  test('behind a proxy that lost the answer (504) may have launched it: that is no refusal', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('servidor', { status: 504, maybeDone: true }));
    assert.deepEqual(await launchThrough(house), { launched: 0, refused: 0, lost: 1 });
    assert.deepEqual(house.rows('estado'), [{ estado: 'PENDING_EXECUTION' }]);
  });

  test('gone in the middle of a cycle is not called for all the rest', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.online('1', ...Array.from({ length: 8 }, (_, n) => `e${n}`));
    house.deploy = failing(failure('red'));
    assert.equal((await launchThrough(house)).lost, 3);
    assert.equal(house.rows().length, 3);
  });

  test('rejecting the credentials ends the cycle with an error and one aviso, which a call that works ends', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.daily('1', '31', '32');
    house.deploy = failing(failure('credenciales', { status: 401 }), 1);
    await assert.rejects(launchThrough(house), /A360 dice que no/);
    assert.deepEqual(house.rows('estado, origen, ocurrencia_libre'), [
      { estado: 'DEPLOY_FAILED', origen: 'lanzador', ocurrencia_libre: 1 },
    ]);
    assert.deepEqual(house.avisos(), ['CRITICO SISTEMA PERMANENTE a360_credenciales']);
    assert.equal((await launchThrough(house)).launched, 2);
    assert.deepEqual(house.avisos(), []);
  });
});
