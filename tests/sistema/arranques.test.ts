import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openAvisos } from '#server/avisos/queries.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { beginArranque, endArranque, forgetDeaths, lastDied, restingNow } from '#server/sistema/arranques.ts';
import { deathsInARow, restAfterDeaths } from '#server/sistema/rules.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const scene = () => {
  const clock = manualClock();
  const db = openMemoryDatabase(clock);
  const tools = { db, clock };
  /** A start that dies so many seconds later. */
  const dies = async (seconds: number) => {
    await beginArranque(tools, '0.1.0');
    await clock.advance(seconds * 1000);
  };
  return { clock, db, tools, dies };
};

test('two deaths in a row are borne; after the third a start rests, longer with each, and five minutes at most', async () => {
  const { tools, dies } = scene();
  await dies(5);
  await dies(5);
  assert.equal((await beginArranque(tools, '0.1.0')).restMs, 0);
  assert.deepEqual(
    [3, 4, 5, 6, 7, 8, 40].map(restAfterDeaths),
    [10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * 1000),
  );
});

test('the third death in a row raises an aviso with the count, which is resolved after an hour of life', async () => {
  const { db, tools, dies } = scene();
  for (let n = 0; n < 3; n += 1) await dies(20);
  const { deaths } = await beginArranque(tools, '0.1.0');
  assert.equal(deaths, 3);
  assert.deepEqual(
    openAvisos(db).map(({ clave, titulo }) => [clave, titulo]),
    [['reinicios', 'Cerebro se ha reiniciado 3 veces seguidas sin parar en orden']],
  );
  await forgetDeaths(tools);
  assert.deepEqual(openAvisos(db), []);
});

test('a start says that it rests until its rest is over', async () => {
  const { clock, tools, dies } = scene();
  for (let n = 0; n < 3; n += 1) await dies(0);
  await beginArranque(tools, '0.1.0');
  assert.deepEqual(restingNow(tools), { until: '2026-03-02T09:00:10.000Z', deaths: 3 });
  await clock.advance(10_000);
  assert.equal(restingNow(tools), null);
});

test('an orderly end, a failed start and a long life each end the row of deaths', async () => {
  const { clock, tools, dies } = scene();
  for (let n = 0; n < 3; n += 1) await dies(5);
  const orderly = await beginArranque(tools, '0.1.0');
  await endArranque(tools, orderly, { motivo: 'Parada en orden (SIGTERM).' });
  assert.equal((await beginArranque(tools, '0.1.0')).deaths, 0);
  await clock.advance(3 * 3_600_000);
  assert.equal((await beginArranque(tools, '0.1.0')).deaths, 0);
});

test('one that crashed keeps what it died of and no end, so that it counts', async () => {
  const { db, tools } = scene();
  const crashed = await beginArranque(tools, '0.1.0');
  await endArranque(tools, crashed, { motivo: 'Un fallo que nadie esperaba: no hay memoria', died: true });
  assert.equal(lastDied(db), true);
  assert.deepEqual(db.sql('SELECT terminado_at, motivo FROM arranques').get(), {
    terminado_at: null,
    motivo: 'Un fallo que nadie esperaba: no hay memoria',
  });
});

test('however the wall clock jumps, the count stays within what there is', () => {
  const start = fc.record({
    at: fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true }).map((date) => date.toISOString()),
    terminadoAt: fc.constantFrom(null, '2026-06-01T00:00:00.000Z'),
  });
  fc.assert(
    fc.property(fc.array(start, { maxLength: 20 }), (starts) => {
      const deaths = deathsInARow(starts, '2026-06-01T00:00:00.000Z');
      return deaths >= 0 && deaths <= starts.length && restAfterDeaths(deaths) <= 300_000;
    }),
  );
});
