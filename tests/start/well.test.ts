import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { silentLog } from '#server/lib/log.ts';
import { wellAfterMs } from '#server/sistema/arranques.ts';
import { startCerebro } from '#server/start.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

test('a database nobody can write to when the house is well again does not end it', async (t) => {
  const clock = manualClock();
  const folder = temporaryFolder(t);
  const enough = {
    DATA_DIR: folder,
    ORIGEN_URL: 'mssql://nadie:nada@127.0.0.1:9/nada',
    BOT_USER: 'Cerebro',
    PORT: '0',
    NAVEGADOR: `${folder}/no-hay`,
  };
  const unheard: unknown[] = [];
  const hear = (error: unknown) => unheard.push(error);
  const cerebro = await startCerebro(parseConfig(enough), { log: silentLog(), clock, clockRuns: false });
  process.on('unhandledRejection', hear);
  t.after(() => process.off('unhandledRejection', hear));
  await cerebro.robotsKnown;
  cerebro.deps.db.sqlite.pragma('query_only = ON');
  await clock.advance(wellAfterMs);
  cerebro.deps.db.sqlite.pragma('query_only = OFF');
  await cerebro.stop();
  assert.deepEqual(unheard, []);
});
