import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, beforeEach, describe } from 'node:test';
import type { A360FaultName } from '#server/demo/a360/a360-faults.ts';
import { type SimulatedControlRoom, startControlRoom } from '#server/demo/a360/control-room.ts';
import { runLaunch } from '#server/lanzador/launch.ts';
import { type LaunchHouse, openHouseBefore } from './launch-house.ts';

describe('against a Control Room over HTTP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanzador-'));
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
    house = openHouseBefore(room);
    house.db.sqlite.exec("INSERT INTO ajustes (clave, valor) VALUES ('LANZADOR_PAUSA_FIN_HHMM', '23:00')");
    house.online('4711', 'x');
    const [user] = room.script.users;
    house.db.sqlite.prepare("UPDATE equipos SET user_id = ? WHERE equipo_id = 'x'").run(String(user?.id));
  });

  const launchWith = (fault?: A360FaultName) => {
    if (fault) room.faults.arm(fault, 1);
    return runLaunch(house.deps, new AbortController().signal);
  };

  test('a run is launched, and its register says the same as our row', async () => {
    const before = room.register().length;
    assert.equal((await launchWith()).launched, 1);
    const deployed = room.register();
    assert.equal(deployed.length, before + 1);
    assert.equal(house.rows()[0]?.deployment_id, deployed.at(-1)?.deploymentId);
  });

  test('one that was launched although A360 answered 500 is ours, and is not launched again', async () => {
    const before = room.register().length;
    assert.equal((await launchWith('deploy_500_despues')).lost, 1);
    assert.equal(house.rows()[0]?.deployment_id, room.register().at(-1)?.deploymentId);
    await launchWith();
    assert.equal(room.register().length, before + 1);
  });

  test('one whose answer is lost is not asked for again', async () => {
    const before = room.register().length;
    assert.equal((await launchWith('deploy_perdido_despues')).lost, 1);
    assert.deepEqual(house.rows('estado'), [{ estado: 'PENDING_EXECUTION' }]);
    await launchWith();
    assert.equal(room.register().length, before + 1);
  });
});
