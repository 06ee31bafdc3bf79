import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test, { describe, type TestContext } from 'node:test';
import { openDatabase } from '#server/db/open.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openBalanceHouse } from './balance-house.ts';
import { askOf, contentsOf, fillHouse } from './whole.ts';

const houseIn = (folder: string) => openBalanceHouse((clock) => openDatabase(folder, clock));

const filledFolder = (t: TestContext): string => {
  const folder = temporaryFolder(t);
  const house = houseIn(folder);
  fillHouse(house);
  house.db.close();
  return folder;
};

/** What a balance leaves that nothing interrupts. */
const uninterrupted = async () => {
  const house = openBalanceHouse();
  fillHouse(house);
  askOf(house);
  await house.balance();
  return contentsOf(house.db);
};

const moments = ['plan', 'UPDATE ON main.asignaciones', 'INSERT ON main.historico_balanceo', 'INSERT ON main.balance_robots'];

describe('a balance that is killed', () => {
  for (const moment of moments)
    test(`at ${moment} has done nothing, and the next one does it all`, async (t) => {
      const folder = filledFolder(t);
      const { signal } = spawnSync(process.execPath, [join(import.meta.dirname, 'dying.ts'), folder, moment], { encoding: 'utf8' });
      assert.equal(signal, 'SIGKILL');
      const house = houseIn(folder);
      t.after(() => house.db.close());
      const clean = openBalanceHouse();
      fillHouse(clean);
      assert.deepEqual(contentsOf(house.db), contentsOf(clean.db));
      askOf(house);
      await house.balance();
      assert.deepEqual(contentsOf(house.db), await uninterrupted());
    });
});
