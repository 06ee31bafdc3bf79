import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, beforeEach, describe } from 'node:test';
import type { A360FaultName } from '#server/demo/a360/a360-faults.ts';
import { type SimulatedControlRoom, startControlRoom } from '#server/demo/a360/control-room.ts';
import { type LaunchHouse, openHouseBefore } from './launch-house.ts';

/** Each row of the table of errors (SAM.md 2), as a Control Room answers it over HTTP: what becomes of the occurrence and of who failed. */
describe('a deploy that A360 answers with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanzador-tabla-'));
  let room: SimulatedControlRoom;
  let house: LaunchHouse;

  before(async () => {
    room = await startControlRoom({ port: 0, dataDir: folder });
  });
  after(async () => {
    await room.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    house = openHouseBefore(room, { LANZADOR_PAUSA_INICIO_HHMM: '00:00', LANZADOR_PAUSA_FIN_HHMM: '00:00' });
    house.daily('4711', 'x');
    house.db.sqlite.exec("UPDATE programaciones SET hora_inicio = '00:00', tolerancia = 1440");
    house.db.sqlite.prepare("UPDATE equipos SET user_id = ? WHERE equipo_id = 'x'").run(String(room.script.users[0]?.id));
  });

  const launchWith = async (fault: A360FaultName, times: number) => {
    room.faults.arm(fault, times);
    return house.launch();
  };

  for (const fault of ['deploy_400_no_activos', 'deploy_400_no_conectados', 'deploy_400_desconectado', 'deploy_412_ocupado'] as const) {
    test(`${fault} once is launched at the second attempt`, async () => {
      assert.deepEqual(await launchWith(fault, 1), { launched: 1, refused: 0, lost: 0 });
    });
    test(`${fault} twice is left with its occurrence open, and nothing is suspended`, async () => {
      assert.deepEqual(await launchWith(fault, 2), { launched: 0, refused: 1, lost: 0 });
      assert.deepEqual(house.rows('estado, ocurrencia_libre'), [{ estado: 'DEPLOY_FAILED', ocurrencia_libre: 1 }]);
      assert.deepEqual(house.suspensiones(), []);
      assert.equal((await house.launch()).launched, 1);
    });
  }

  const forGood = {
    deploy_400_sin_equipo: ':x',
    deploy_400_usuario: ':x',
    deploy_400_otro: '4711:x',
    deploy_403: '4711:x',
    deploy_404: '4711:x',
    deploy_409: '4711:x',
    deploy_412_sin_destino: '4711:',
  } as const;
  for (const [fault, scope] of Object.entries(forGood))
    test(`${fault} consumes the occurrence and suspends «${scope}»`, async () => {
      assert.deepEqual(await launchWith(fault as A360FaultName, 1), { launched: 0, refused: 1, lost: 0 });
      assert.deepEqual(house.rows('estado, ocurrencia_libre'), [{ estado: 'DEPLOY_FAILED', ocurrencia_libre: 0 }]);
      assert.deepEqual(
        house.suspensiones().map(({ robot_id, equipo_id }) => `${robot_id ?? ''}:${equipo_id ?? ''}`),
        [scope],
      );
      house.db.sqlite.exec("UPDATE suspensiones SET reanudada_at = '2026-03-02T09:00:00.000Z'");
      assert.equal((await house.launch()).launched, 0);
    });

  test('deploy_401 is launched after one new login', async () => {
    assert.deepEqual(await launchWith('deploy_401', 1), { launched: 1, refused: 0, lost: 0 });
  });

  test('deploy_429 leaves the occurrence open and asks for nothing until Retry-After', async () => {
    assert.deepEqual(await launchWith('deploy_429', 1), { launched: 0, refused: 1, lost: 0 });
    assert.deepEqual(house.rows('estado, ocurrencia_libre'), [{ estado: 'DEPLOY_FAILED', ocurrencia_libre: 1 }]);
    assert.equal((await house.launch()).launched, 0);
  });

  for (const fault of ['deploy_502', 'deploy_perdido_antes', 'deploy_efecto_tardio', 'deploy_sin_id'] as const)
    test(`${fault} is a doubt: its row waits for the conciliador and nothing is asked for again`, async () => {
      assert.deepEqual(await launchWith(fault, 1), { launched: 0, refused: 0, lost: 1 });
      assert.deepEqual(house.rows('estado, ocurrencia_libre'), [{ estado: 'PENDING_EXECUTION', ocurrencia_libre: 0 }]);
      assert.deepEqual([house.suspensiones(), (await house.launch()).launched], [[], 0]);
    });

  for (const [index, fault] of (['deploy_500', 'deploy_503'] as const).entries())
    test(`${fault} is looked for at once and, not found, leaves the occurrence open for the next cycle`, async () => {
      // The runs of the other tests are this user's too, and nobody's in this database.
      house.db.sqlite.prepare('UPDATE equipos SET user_id = ?').run(String(room.script.users[index + 1]?.id));
      assert.deepEqual(await launchWith(fault, 1), { launched: 0, refused: 0, lost: 1 });
      assert.deepEqual(house.rows('estado, ocurrencia_libre'), [{ estado: 'DEPLOY_FAILED', ocurrencia_libre: 1 }]);
      assert.deepEqual([house.suspensiones(), (await house.launch()).launched], [[], 1]);
    });

  test('acceso_500 at the login launches nothing, claims nothing, and the cycle says so', async () => {
    await assert.rejects(launchWith('acceso_500', 1));
    assert.deepEqual(house.rows(), []);
  });
});
