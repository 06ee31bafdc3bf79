import assert from 'node:assert/strict';
import test, { beforeEach, describe } from 'node:test';
import type { Activity } from '#server/gateways/a360/a360.ts';
import { failure, type LaunchHouse, launchThrough, openLaunchHouse } from './launch-house.ts';

let house: LaunchHouse;
beforeEach(() => {
  house = openLaunchHouse();
});

const run = (over: Partial<Activity> = {}): Activity => ({
  ...{ id: 'a1', deploymentId: 'd-9', status: 'RUNNING', startedAt: '2026-03-02T09:00:01.000Z', endedAt: null },
  ...{ fileId: '1', deviceId: '31', userId: 'u31', message: '', output: null },
  ...over,
});

describe('while the call of a deploy is open', () => {
  test('nobody takes its run for never launched, however long it lasts', async () => {
    house.daily('1', '31');
    house.deploy = async () => {
      await house.clock.advance(600_000);
      await house.reconcile();
      assert.deepEqual(house.rows('estado, fecha_fin'), [{ estado: 'PENDING_EXECUTION', fecha_fin: null }]);
      return { deploymentId: 'd-1' };
    };
    assert.equal((await house.launch()).launched, 1);
    assert.deepEqual(house.rows('estado, deployment_id'), [{ estado: 'DEPLOYED', deployment_id: 'd-1' }]);
  });

  test('nobody gives it another run: its own answer will say which it is', async () => {
    house.daily('1', '31');
    house.activity = async () => [run({ deploymentId: 'd-of-another' })];
    house.deploy = async () => {
      await house.reconcile();
      return { deploymentId: 'd-1' };
    };
    await house.launch();
    assert.deepEqual(house.rows('estado, deployment_id'), [{ estado: 'DEPLOYED', deployment_id: 'd-1' }]);
  });

  test('those that wait for their turn are not given up either', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.daily('1', '31', '32');
    house.deploy = async (_order, nth) => {
      await house.clock.advance(200_000);
      await house.reconcile();
      return { deploymentId: `d-${nth}` };
    };
    assert.equal((await house.launch()).launched, 2);
    assert.equal(house.rows().length, 2);
  });

  test('it has a deadline of its own', async () => {
    house.daily('1', '31');
    let told: AbortSignal | undefined;
    Object.assign(house.deps.a360 as object, {
      deploy: async (_order: unknown, signal: AbortSignal) => {
        told = signal;
        return { deploymentId: 'd-1' };
      },
    });
    await house.launch();
    assert.equal(told?.aborted, false);
  });
});

describe('a run whose answer was lost', () => {
  test('is given up three minutes later by the clock on the wall, not before', async () => {
    house.daily('1', '31');
    house.deploy = async () => {
      throw failure('red');
    };
    await launchThrough(house);
    const { now } = house.clock;
    Object.assign(house.clock, { now: () => new Date(now().getTime() + 179_000) });
    await house.reconcile();
    assert.deepEqual(house.rows('estado'), [{ estado: 'PENDING_EXECUTION' }]);
    Object.assign(house.clock, { now: () => new Date(now().getTime() + 180_000) });
    await house.reconcile();
    assert.deepEqual(house.rows('estado, ocurrencia_libre'), [{ estado: 'DEPLOY_FAILED', ocurrencia_libre: 1 }]);
  });

  test('of an earlier life is given up three minutes later although the clock was put back an hour', async () => {
    house.daily('1', '31');
    house.db.sqlite.exec(
      `INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado, fecha_inicio)
       VALUES ('x', '1', '31', 'u31', 'PENDING_EXECUTION', '2026-03-02T10:00:00.000Z')`,
    );
    await house.reconcile();
    await house.clock.advance(180_000);
    await house.reconcile();
    assert.deepEqual(house.rows('estado'), [{ estado: 'DEPLOY_FAILED' }]);
  });

  test('is not lost of sight when its answer comes after its equipo went to another: it is followed as not known', async () => {
    house.online('1', '31');
    house.deploy = async () => {
      house.db.sqlite.exec("UPDATE ejecuciones SET estado = 'DEPLOY_FAILED', fecha_fin = '2026-03-02T09:03:00.000Z'");
      house.db.sqlite.exec(
        "INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado) VALUES ('x', '9', '31', 'u31', 'RUNNING')",
      );
      return { deploymentId: 'd-1' };
    };
    await house.launch();
    assert.deepEqual(
      house.rows('estado, deployment_id, fecha_fin').filter(({ estado }) => estado !== 'RUNNING'),
      [{ estado: 'UNKNOWN', deployment_id: 'd-1', fecha_fin: null }],
    );
  });
});

describe('a claim that waits for its turn is taken back', () => {
  const changes = {
    'the robot is switched off': 'UPDATE robots SET activo = 0',
    'the robot goes offline': 'UPDATE robots SET es_online = 0',
    'its equipo goes into maintenance': 'UPDATE equipos SET activo_sam = 0',
    'its equipo runs as another user': "UPDATE equipos SET user_id = 'otro' || equipo_id",
    'its assignment is deleted': 'DELETE FROM asignaciones',
  };
  for (const [what, sql] of Object.entries(changes))
    test(`when ${what}`, async () => {
      house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
      house.online('1', '31', '32');
      house.deploy = async (_order, nth) => {
        house.db.sqlite.exec(sql);
        return { deploymentId: `d-${nth}` };
      };
      assert.equal((await house.launch()).launched, 1);
      assert.deepEqual([house.calls.length, house.rows().length], [1, 1]);
    });

  test('when its programación is switched off', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.daily('1', '31', '32');
    house.deploy = async (_order, nth) => {
      house.db.sqlite.exec('UPDATE programaciones SET activo = 0');
      return { deploymentId: `d-${nth}` };
    };
    assert.equal((await house.launch()).launched, 1);
  });

  test('when it was refused by a busy equipo and its tolerance ends before the next attempt', async () => {
    house.daily('1', '31');
    house.db.sqlite.exec('UPDATE programaciones SET tolerancia = 0');
    await house.clock.advance(55_000);
    house.deploy = async () => {
      throw failure('equipo_ocupado', { status: 412 });
    };
    assert.equal((await launchThrough(house)).refused, 1);
    assert.equal(house.calls.length, 1);
  });
});

test('a robot whose variables cannot all be sent starts with the rest, and stops no other', async () => {
  house.online('1', '31');
  house.online('2', '32');
  house.db.sqlite.exec(`UPDATE robots SET parametros = '{"in_Mal": null, "in_X": 3}' WHERE robot_id = '1'`);
  assert.equal((await house.launch()).launched, 2);
  assert.deepEqual(house.calls[0]?.botInput, { in_X: { type: 'NUMBER', number: '3' } });
});
