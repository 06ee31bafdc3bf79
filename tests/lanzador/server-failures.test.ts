import assert from 'node:assert/strict';
import test, { beforeEach, describe } from 'node:test';
import { failing, failure, type LaunchHouse, launchThrough, openLaunchHouse } from './launch-house.ts';

/** A360 says that it failed, and may have launched it all the same. */
describe('a deploy that A360 answers a 500 to', () => {
  let house: LaunchHouse;
  beforeEach(() => {
    house = openLaunchHouse();
  });

  const begun = {
    ...{ id: 'a1', deploymentId: 'd-9', status: 'RUNNING', startedAt: '2026-03-02T09:01:00.000Z', endedAt: null },
    ...{ fileId: '1', deviceId: '31', userId: 'u31', message: '', output: null },
  };

  test('without a trace of it when asked at once leaves the occurrence open, and is not tried again in the cycle', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('servidor', { status: 500, maybeDone: true }), 1);
    assert.deepEqual(await launchThrough(house), { launched: 0, refused: 0, lost: 1 });
    assert.deepEqual(house.rows('estado, error_code, ocurrencia_libre'), [
      { estado: 'DEPLOY_FAILED', error_code: 'a360_servidor', ocurrencia_libre: 1 },
    ]);
    assert.equal(house.calls.length, 1);
    assert.equal((await launchThrough(house)).launched, 1);
  });

  test('when it cannot be asked either is a doubt: nothing is launched until it can', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('servidor', { status: 500, maybeDone: true }), 1);
    house.activity = async () => {
      throw failure('servidor', { status: 500 });
    };
    await launchThrough(house);
    assert.deepEqual(house.rows('estado'), [{ estado: 'PENDING_EXECUTION' }]);
    assert.equal((await launchThrough(house)).launched, 0);
    house.activity = async () => [];
    await house.reconcile();
    assert.equal((await launchThrough(house)).launched, 1);
  });

  test('launched it a minute later is found before anything is launched again: it is launched once', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('servidor', { status: 500, maybeDone: true }), 1);
    await launchThrough(house);
    await house.clock.advance(60_000);
    house.activity = async () => [begun];
    assert.equal((await launchThrough(house)).launched, 0);
    assert.deepEqual(house.rows('estado, deployment_id, error_code, mensaje, fecha_fin, ocurrencia_libre'), [
      { estado: 'RUNNING', deployment_id: 'd-9', error_code: null, mensaje: null, fecha_fin: null, ocurrencia_libre: 0 },
    ]);
    assert.equal(house.calls.length, 1);
  });

  test('launched it later is found by the conciliador too; where its equipo has another run it is not known, and followed', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('servidor', { status: 500, maybeDone: true }), 1);
    await launchThrough(house);
    assert.equal((await launchThrough(house)).launched, 1);
    house.activity = async () => [begun];
    await house.reconcile();
    assert.deepEqual(
      house.rows('estado, deployment_id').filter((row) => row.deployment_id === 'd-9'),
      [{ estado: 'UNKNOWN', deployment_id: 'd-9' }],
    );
  });

  test('launched it later, and two who look at the same moment find two runs: it is one of them, told once', async () => {
    house.daily('1', '31');
    house.deploy = failing(failure('servidor', { status: 500, maybeDone: true }), 1);
    await launchThrough(house);
    const answers = [[], [], [begun], [{ ...begun, id: 'a2', deploymentId: 'd-10' }]].values();
    house.activity = async () => answers.next().value ?? [];
    await Promise.all([house.reconcile(), house.reconcile()]);
    assert.deepEqual(house.rows('deployment_id, activity_id'), [{ deployment_id: 'd-9', activity_id: 'a1' }]);
    assert.equal(house.db.sqlite.prepare("SELECT count(*) FROM events WHERE kind = 'adopted'").pluck().get(), 1);
  });
});

describe('A360, launch after launch,', () => {
  let house: LaunchHouse;
  beforeEach(() => {
    house = openLaunchHouse();
  });

  test('not answering launches, or asking for rests, for minutes on end opens an aviso, which a launch ends', async () => {
    for (const [kind, rest, aviso] of [
      ['red', {}, 'CRITICO SISTEMA TRANSITORIO a360_lanzar A360 no contesta cuando se lanza'],
      ['respuesta', { status: 200 }, 'CRITICO SISTEMA TRANSITORIO a360_lanzar A360 contesta a los lanzamientos algo que no se entiende'],
      [
        'ritmo',
        { status: 429, retryAfterMs: 1000, maybeDone: false },
        'ALTO SISTEMA TRANSITORIO a360_lanzar A360 pide esperar una y otra vez y no lanza nada',
      ],
    ] as const) {
      house = openLaunchHouse();
      house.online('1', '31');
      house.deploy = failing(failure(kind, { maybeDone: true, ...rest }), 3);
      const told = () => house.avisos().map((one) => `${one} ${house.db.sqlite.prepare('SELECT titulo FROM avisos').pluck().get()}`);
      for (let n = 0; n < 3; n++) {
        assert.deepEqual(told(), []);
        await launchThrough(house);
        await house.clock.advance(3 * 60_000);
        await house.reconcile();
      }
      assert.deepEqual(told(), [aviso]);
      await launchThrough(house);
      assert.deepEqual(told(), []);
    }
  });

  test('losing answers of launches that begin all the same is no failure to be told; that none begins any more is', async () => {
    house.online('1', '31');
    house.deploy = async ({ userId }) => {
      house.activity = async () => [
        {
          ...{
            id: `a${house.calls.length}`,
            deploymentId: `d-${house.calls.length}`,
            status: 'COMPLETED',
            fileId: '1',
            deviceId: '31',
            userId,
          },
          ...{ startedAt: house.clock.now().toISOString(), endedAt: house.clock.now().toISOString(), message: '', output: null },
        },
      ];
      throw failure('red', { maybeDone: true });
    };
    for (let n = 0; n < 4; n++) {
      await launchThrough(house);
      await house.clock.advance(3 * 60_000);
      await house.reconcile();
    }
    assert.equal(house.calls.length, 4);
    assert.deepEqual(house.avisos(), []);
    house.activity = async () => [];
    house.deploy = failing(failure('red', { maybeDone: true }));
    for (let n = 0; n < 5; n++) {
      await launchThrough(house);
      await house.clock.advance(3 * 60_000);
      await house.reconcile();
    }
    assert.deepEqual(house.avisos(), ['CRITICO SISTEMA TRANSITORIO a360_lanzar']);
  });
});
