import assert from 'node:assert/strict';
import test, { beforeEach, describe } from 'node:test';
import { failure, type LaunchHouse, launchThrough, openLaunchHouse } from './launch-house.ts';

/** 2026-03-02 is a Monday; the clock stands at 10:00 of Madrid. */
let house: LaunchHouse;
const exec = (sql: string) => house.db.sqlite.exec(sql);
const end = (at = '2026-03-02T09:01:00.000Z', estado = 'COMPLETED') =>
  exec(`UPDATE ejecuciones SET estado = '${estado}', fecha_fin = '${at}' WHERE fecha_fin IS NULL`);

beforeEach(() => {
  house = openLaunchHouse({ LANZADOR_PAUSA_INICIO_HHMM: '00:00', LANZADOR_PAUSA_FIN_HHMM: '00:00' });
});

describe('a programación another program wrote', () => {
  const fires = {
    'without tolerance': 'tolerancia = NULL',
    'with tolerance 0': 'tolerancia = 0',
    'with tolerance of a whole day': 'tolerancia = 1440',
    'with days in small letters and blanks': "tipo_programacion = 'semanal', dias_semana = 'lu, ma'",
    'with its hour as 9:30': "hora_inicio = ' 9:30 '",
    'with seconds': "hora_inicio = '10:00:00'",
    'with an accent in its type': "tipo_programacion = 'Específica', fecha_especifica = '2026-03-02'",
    'with blanks where it has nothing to say': "hora_fin = '', dias_semana = '', fecha_inicio_ventana = ' '",
  };
  for (const [how, sets] of Object.entries(fires))
    test(`${how} fires, once`, async () => {
      house.daily('1', '31');
      exec(`UPDATE programaciones SET ${sets}`);
      assert.equal((await house.launch()).launched, 1);
      end();
      assert.equal((await house.launch()).launched, 0);
    });

  const silent = {
    'of no type': "tipo_programacion = 'Cuando sea'",
    'at no hour': "hora_inicio = '8 y media'",
    'weekly without days': "tipo_programacion = 'Semanal', dias_semana = NULL",
    'with a tolerance beyond a day': 'tolerancia = 1441',
    'with a day that is none': "tipo_programacion = 'Semanal', dias_semana = 'Lu,Xx'",
    'with a switch that is neither 0 nor 1': "activo = 'si'",
    'of a robot that is not there': "robot_id = '999'",
  };
  for (const [how, sets] of Object.entries(silent))
    test(`${how} never fires, and keeps no other from it`, async () => {
      house.daily('1', '31');
      exec(`UPDATE programaciones SET ${sets}`);
      house.daily('2', '32');
      assert.deepEqual(await house.launch(), { launched: 1, refused: 0, lost: 0 });
      assert.equal(house.calls[0]?.fileId, '2');
    });

  test('whose assignment is deleted and made again, or which is switched off and on, is not launched again', async () => {
    house.daily('1', '31');
    await house.launch();
    end();
    exec(
      "DELETE FROM asignaciones; INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id) VALUES (1, 31, 1, 'p1')",
    );
    exec('UPDATE programaciones SET activo = 0; UPDATE programaciones SET activo = 1, tolerancia = 1440');
    assert.equal((await house.launch()).launched, 0);
  });

  test('is not launched again on an equipo that was registered again under another id', async () => {
    house.daily('1', '31');
    await house.launch();
    end();
    exec("UPDATE equipos SET equipo_id = '77'; UPDATE asignaciones SET equipo_id = '77'; UPDATE ejecuciones SET equipo_id = '77'");
    assert.equal((await house.launch()).launched, 0);
  });

  test('with an execution written without milliseconds holds its occurrence all the same', async () => {
    house.daily('1', '31');
    exec(`INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado, fecha_inicio, fecha_fin, programacion_id, fecha_teorica)
          VALUES ('x', '1', '31', 'COMPLETED', '2026-03-02T09:00:00Z', '2026-03-02T09:00:30Z', 'p1', '2026-03-02T09:00:00Z')`);
    assert.equal((await house.launch()).launched, 0);
  });

  test('refused for good is not tried again when its suspension is resumed within the tolerance', async () => {
    house.daily('1', '31');
    house.deploy = async () => {
      throw failure('config', { status: 400 });
    };
    await launchThrough(house);
    exec("UPDATE suspensiones SET reanudada_at = '2026-03-02T09:00:00.000Z'");
    await launchThrough(house);
    assert.equal(house.calls.length, 1);
  });
});

describe('at 23:50 with half an hour of tolerance', () => {
  beforeEach(() => {
    house.daily('1', '31');
    exec("UPDATE programaciones SET hora_inicio = '23:50', tolerancia = 30, tipo_programacion = 'Semanal', dias_semana = 'Lu'");
  });

  test('it starts at ten past midnight, once, and again a week later', async () => {
    await house.clock.advance(14 * 3_600_000 + 10 * 60_000);
    assert.equal((await house.launch()).launched, 1);
    assert.deepEqual(house.rows('fecha_teorica'), [{ fecha_teorica: '2026-03-02T22:50:00.000Z' }]);
    end(house.clock.now().toISOString());
    assert.equal((await house.launch()).launched, 0);
    await house.clock.advance(86_400_000);
    assert.equal((await house.launch()).launched, 0);
    await house.clock.advance(6 * 86_400_000);
    assert.equal((await house.launch()).launched, 1);
  });

  test('it no longer starts a minute after its tolerance', async () => {
    await house.clock.advance(14 * 3_600_000 + 21 * 60_000);
    assert.equal((await house.launch()).launched, 0);
  });
});

describe('when the clocks change', () => {
  test('the hour that does not exist (02:30 on 29 March) starts at 03:00, once', async () => {
    house.daily('1', '31');
    exec("UPDATE programaciones SET hora_inicio = '02:30', tolerancia = 5");
    await house.clock.advance(Date.parse('2026-03-29T00:59:00Z') - house.clock.now().getTime());
    assert.equal((await house.launch()).launched, 0);
    await house.clock.advance(60_000);
    assert.equal((await house.launch()).launched, 1);
    end(house.clock.now().toISOString());
    await house.clock.advance(240_000);
    assert.equal((await house.launch()).launched, 0);
  });

  test('the hour that exists twice (02:30 on 25 October) starts at the first only', async () => {
    house.daily('1', '31');
    exec("UPDATE programaciones SET hora_inicio = '02:30', tolerancia = 90");
    await house.clock.advance(Date.parse('2026-10-25T00:30:00Z') - house.clock.now().getTime());
    assert.equal((await house.launch()).launched, 1);
    end(house.clock.now().toISOString());
    await house.clock.advance(3_600_000);
    assert.equal((await house.launch()).launched, 0);
  });
});

describe('a cyclic one with an interval', () => {
  beforeEach(() => {
    house.daily('1', '31');
    exec("UPDATE programaciones SET es_ciclico = 1, hora_fin = '23:00', intervalo_entre_ejecuciones = 10");
  });

  for (const estado of ['COMPLETED', 'RUN_COMPLETED', 'RUN_FAILED', 'RUN_ABORTED', 'RUN_TIMED_OUT', 'COMPLETED_INFERRED'])
    test(`rests ten elapsed minutes after ${estado}, to the second`, async () => {
      await house.launch();
      await house.clock.advance(30_000);
      end(house.clock.now().toISOString(), estado);
      await house.clock.advance(599_999);
      assert.equal((await house.launch()).launched, 0);
      await house.clock.advance(1);
      assert.equal((await house.launch()).launched, 1);
    });

  test('is not kept from starting by an end that is no instant', async () => {
    await house.launch();
    end('ayer');
    await house.clock.advance(1000);
    assert.equal((await house.launch()).launched, 1);
  });
});

test('an aviso of a robot suspended everywhere stays open though a call that was under way started it elsewhere', async () => {
  house.online('1', '31', '32');
  const gate = Promise.withResolvers<void>();
  house.deploy = async ({ userId }) => {
    if (userId === 'u31') throw failure('robot', { status: 412 });
    await gate.promise;
    return { deploymentId: 'd-1' };
  };
  const cycle = house.launch();
  await house.clock.advance(0);
  await house.clock.advance(0);
  gate.resolve();
  await cycle;
  assert.deepEqual([house.suspensiones().length, house.avisos()], [1, ['CRITICO ROBOT PERMANENTE suspendido:1:']]);
});

test('robots whose ids A360 cannot have are suspended one by one, and keep no other from starting', async () => {
  house = openLaunchHouse({ LANZADOR_WORKERS_MAX: '1' });
  for (const n of [1, 2, 3, 4]) house.online(`a-mano-${n}`, `3${n}`);
  house.online('zz9', '41');
  house.deploy = async ({ fileId }, nth) => {
    if (fileId.startsWith('a-mano')) throw failure('config');
    return { deploymentId: `d-${nth}` };
  };
  assert.deepEqual(await launchThrough(house), { launched: 1, refused: 4, lost: 0 });
  assert.equal(house.suspensiones().length, 4);
});
