import assert from 'node:assert/strict';
import test, { beforeEach, describe } from 'node:test';
import { keepLetters } from '#server/ejecuciones/callback-inbox.ts';
import { isoNow } from '#server/lib/clock.ts';
import { failure, type LaunchHouse, launchThrough, openLaunchHouse } from './launch-house.ts';

let house: LaunchHouse;
beforeEach(() => {
  house = openLaunchHouse();
});

describe('a launch', () => {
  test('leaves a row with everything there is to know of it', async () => {
    house.daily('1', '31');
    assert.deepEqual(await house.launch(), { launched: 1, refused: 0, lost: 0 });
    const [row] = house.rows();
    assert.deepEqual(row, { equipo_id: '31', estado: 'DEPLOYED', deployment_id: 'd-1', ocurrencia_libre: 0 });
    assert.deepEqual(house.rows('robot_id, user_id, programacion_id, fecha_teorica, fecha_inicio, fecha_fin, fase')[0], {
      ...{ robot_id: '1', user_id: 'u31', programacion_id: 'p1' },
      ...{ fecha_teorica: '2026-03-02T09:00:00.000Z', fecha_inicio: '2026-03-02T09:00:00.000Z', fecha_fin: null, fase: null },
    });
    assert.match(house.rows('ejecucion_id')[0]?.ejecucion_id as string, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]+$/);
  });

  test('asks A360 for the bot, the user and the usual repetitions', async () => {
    house.online('1', '31');
    await house.launch();
    assert.deepEqual(house.calls, [
      { fileId: '1', userId: 'u31', callback: null, botInput: { in_NumRepeticion: { type: 'NUMBER', number: '5' } } },
    ]);
  });

  test('tells A360 where to call back, with the secret', async () => {
    house = openLaunchHouse({
      CALLBACK_SERVER_PUBLIC_HOST: 'sam.example',
      CALLBACK_SERVER_PORT: '8008',
      CALLBACK_TOKEN: 'un secreto largo',
    });
    house.online('1', '31');
    await house.launch();
    assert.deepEqual(house.calls[0]?.callback, {
      url: 'http://sam.example:8008/api/callback',
      headers: { 'X-Authorization': 'un secreto largo' },
    });
  });

  test('claims before it calls: the row is there when A360 hears of it, and nowhere else', async () => {
    house.online('1', '31');
    house.deploy = async () => {
      assert.deepEqual(house.rows('estado, deployment_id'), [{ estado: 'PENDING_EXECUTION', deployment_id: null }]);
      assert.equal(house.db.sqlite.inTransaction, false);
      return { deploymentId: 'd-1' };
    };
    assert.equal((await house.launch()).launched, 1);
  });

  test('killed before the answer, leaves a row that keeps the next cycle from launching again', async () => {
    house.daily('1', '31');
    house.deploy = () => new Promise(() => undefined);
    house.launch();
    while (house.calls.length === 0) await house.clock.advance(0);
    // The next life over the same database.
    house.deploy = async () => ({ deploymentId: 'd-2' });
    assert.deepEqual(await house.launch(), { launched: 0, refused: 0, lost: 0 });
    assert.equal(house.calls.length, 1);
  });

  test('is once per occurrence and equipo', async () => {
    house.daily('1', '31', '32');
    await house.launch();
    house.db.sqlite.exec("UPDATE ejecuciones SET estado = 'COMPLETED', fecha_fin = '2026-03-02T09:01:00.000Z'");
    assert.equal((await house.launch()).launched, 0);
    assert.equal(house.calls.length, 2);
  });

  test('never asks for more at once than it may', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '3' });
    house.online('1', ...Array.from({ length: 12 }, (_, n) => `e${n}`));
    let now = 0;
    let most = 0;
    house.deploy = async (_order, nth) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return { deploymentId: `d-${nth}` };
    };
    assert.equal((await house.launch()).launched, 12);
    assert.equal(most, 3);
  });

  test('leaves out a pair whose equipo is taken meanwhile, and launches the others', async () => {
    house.online('1', '31', '32');
    house.check = async () => {
      house.db.sqlite.exec(
        "INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado) VALUES ('x', '9', '31', 'otro', 'RUNNING')",
      );
    };
    assert.equal((await house.launch()).launched, 1);
    assert.deepEqual(
      house.calls.map((call) => call.userId),
      ['u32'],
    );
  });

  test('takes the callback that came before its answer', async () => {
    house.online('1', '31');
    house.deploy = async () => {
      const letter = { deploymentId: 'd-1', estado: 'RUN_COMPLETED', body: '{}', host: null };
      await house.db.write(() => keepLetters(house.db, isoNow(house.clock), [letter]));
      return { deploymentId: 'd-1' };
    };
    await house.launch();
    assert.deepEqual(house.rows('estado, origen'), [{ estado: 'RUN_COMPLETED', origen: 'callback' }]);
  });

  test('does not overwrite what somebody has found out meanwhile', async () => {
    house.online('1', '31');
    house.deploy = async () => {
      house.db.sqlite.exec("UPDATE ejecuciones SET deployment_id = 'd-1', estado = 'RUNNING'");
      return { deploymentId: 'd-1' };
    };
    await house.launch();
    assert.deepEqual(house.rows('estado, deployment_id'), [{ estado: 'RUNNING', deployment_id: 'd-1' }]);
  });

  test('lives again when its answer comes after it was given up', async () => {
    house.daily('1', '31');
    house.deploy = async () => {
      house.db.sqlite.exec("UPDATE ejecuciones SET estado = 'DEPLOY_FAILED', fecha_fin = '2026-03-02T09:03:00.000Z', ocurrencia_libre = 1");
      return { deploymentId: 'd-1' };
    };
    await house.launch();
    assert.deepEqual(house.rows('estado, fecha_fin, ocurrencia_libre'), [{ estado: 'DEPLOYED', fecha_fin: null, ocurrencia_libre: 0 }]);
  });
});

describe('nothing is launched', () => {
  beforeEach(() => house.online('1', '31'));

  test('without A360', async () => {
    Object.assign(house.deps, { a360: null });
    assert.equal((await house.launch()).launched, 0);
  });

  test('while somebody holds the launcher', async () => {
    house.db.sqlite.exec("UPDATE lanzador SET retenido = 1, motivo = 'Obras', usuario = 'ana'");
    assert.equal((await house.launch()).launched, 0);
    assert.deepEqual([house.calls, house.rows()], [[], []]);
  });

  test('in the pause, until its end', async () => {
    house.db.sqlite.exec(
      "INSERT INTO ajustes (clave, valor) VALUES ('LANZADOR_PAUSA_INICIO_HHMM', '22:00'), ('LANZADOR_PAUSA_FIN_HHMM', '10:01')",
    );
    assert.equal((await house.launch()).launched, 0);
    await house.clock.advance(60_000);
    assert.equal((await house.launch()).launched, 1);
  });

  test('when A360 is not there: nothing is claimed, and the cycle says so', async () => {
    house.check = async () => {
      throw failure('red');
    };
    await assert.rejects(house.launch(), /A360 dice que no/);
    assert.deepEqual([house.rows(), house.avisos()], [[], ['CRITICO SISTEMA TRANSITORIO a360_no_responde']]);
  });

  test('once the house is closing; what is under way ends', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.online('1', '31', '32', '33');
    const closing = new AbortController();
    house.deploy = async () => {
      closing.abort();
      return { deploymentId: 'd-1' };
    };
    assert.equal((await house.launch(closing.signal)).launched, 1);
    assert.deepEqual(
      house.rows().map((row) => row.estado),
      ['DEPLOYED'],
    );
  });

  test('any more, when somebody holds the launcher in the middle of a cycle', async () => {
    house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
    house.online('1', '31', '32', '33');
    house.deploy = async () => {
      house.db.sqlite.exec('UPDATE lanzador SET retenido = 1');
      return { deploymentId: 'd-1' };
    };
    assert.equal((await house.launch()).launched, 1);
    assert.equal(house.rows().length, 1);
  });
});

test('one that fails never stops the others', async () => {
  house.online('1', '31', '32', '33');
  house.deploy = async (order, nth) => {
    if (order.userId === 'u32') throw new Error('un fallo que nadie esperaba');
    return { deploymentId: `d-${nth}` };
  };
  assert.deepEqual(await launchThrough(house), { launched: 2, refused: 0, lost: 1 });
});
