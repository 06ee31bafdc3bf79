import type { TestContext } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { runSync } from '#server/sincronizacion/sincronizar.ts';
import { type FakeRoom, fakeControlRoom } from '#tests/support/fake-control-room.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

/** The sync over a database in memory and a Control Room that lists what it is told. */
export const openSync = (
  t: Pick<TestContext, 'after'> | null,
  listing: Partial<FakeRoom['listing']> = {},
  env: Record<string, string> = {},
) => {
  const clock = manualClock();
  const db = openMemoryDatabase(clock);
  t?.after(() => db.close());
  const room = fakeControlRoom(listing);
  const config = parseConfig({ ORIGEN_URL: 'sqlite:muestra.db', BOT_USER: 'Cerebro Prueba', ...env });
  const log = silentLog();
  const deps = { db, clock, config, log, hub: createHub(log), a360: room };
  return {
    ...{ db, room, clock },
    sync: (signal?: AbortSignal) => runSync(deps, signal),
    rows: (sql: string, ...values: unknown[]) => db.sql(sql).all(...values),
    column: (sql: string) => db.sqlite.prepare(sql).pluck().all(),
    openAvisos: () => db.sqlite.prepare("SELECT clave FROM avisos WHERE estado = 'abierto' ORDER BY 1").pluck().all(),
  };
};
