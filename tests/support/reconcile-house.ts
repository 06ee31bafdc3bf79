import type { TestContext } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { runReconcile } from '#server/ejecuciones/reconcile.ts';
import { A360Error } from '#server/gateways/a360/a360.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { runOf } from './a360-runs.ts';
import { manualClock } from './manual-clock.ts';
import { toldA360 } from './told-a360.ts';

export const now = '2026-03-02T09:00:00.000Z';

/** The conciliador alone, before a Control Room that does what it is told. */
export const openReconcileHouse = (t: TestContext, env: Record<string, string> = {}) => {
  const clock = manualClock(now);
  const db = openMemoryDatabase(clock);
  const config = parseConfig({ ORIGEN_URL: 'sqlite:x', BOT_USER: 'Prueba', ...env });
  const a360 = toldA360();
  const log = silentLog();
  t.after(() => db.close());
  const round = () => runReconcile({ db, clock, config, hub: createHub(log), log, a360 }, new AbortController().signal);
  const run = (id: string, ...columns: string[]) => runOf(db, id, ...columns);
  return { db, clock, a360, round, run };
};

export const down = (): never => {
  throw new A360Error('red', 'El Control Room no contesta.');
};
