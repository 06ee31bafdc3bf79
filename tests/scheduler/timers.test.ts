import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { wakeBalancing } from '#server/scheduler/drain-wake.ts';
import { watchForeignWrites } from '#server/scheduler/foreign-writes.ts';

const log = silentLog();

test('a file that cannot be read for a moment is watched on, and ends nobody', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const db = openMemoryDatabase();
  const versions = [1, 1, null, 2, 2];
  t.mock.method(db.sqlite, 'pragma', () => {
    const version = versions.shift();
    if (version === null) throw new Error('disk I/O error');
    return version;
  });
  let changes = 0;
  const stop = watchForeignWrites({ db, log }, () => {
    changes += 1;
  });
  t.mock.timers.tick(4000);
  assert.equal(changes, 1);
  stop();
  t.mock.timers.tick(4000);
  assert.deepEqual([versions, changes], [[], 1]);
});

test('where it cannot be told whether there are machines to take back, the balance is woken and tells why', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const db = openMemoryDatabase();
  const hub = createHub(log);
  const woken: string[] = [];
  const stop = wakeBalancing({ db, hub, wake: (cycle) => woken.push(cycle) });
  t.after(stop);
  db.close();
  hub.changed({ entity: 'ejecucion' });
  t.mock.timers.tick(2000);
  assert.deepEqual(woken, ['balancear']);
});
