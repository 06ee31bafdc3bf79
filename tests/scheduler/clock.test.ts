import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CerebroError } from '#server/lib/errors.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { type Cycle, createScheduler } from '#server/scheduler/clock.ts';
import { restMs } from '#server/scheduler/plan-rounds.ts';
import { manualClock, settled } from '#tests/support/manual-clock.ts';

const log = silentLog();

const scene = (cycle: Partial<Cycle> & Pick<Cycle, 'run'>) => {
  const clock = manualClock();
  const full: Cycle = { name: 'probar', shownAs: 'un ciclo de prueba', period: () => 60_000, ...cycle };
  const hub = createHub(log);
  const scheduler = createScheduler({ clock, log, hub, random: () => 0.5 }, [full]);
  return { clock, scheduler, hub };
};

test('a cycle runs at once and then after each period', async () => {
  let runs = 0;
  const { clock, scheduler } = scene({ run: async () => runs++ });
  scheduler.start();
  await settled();
  assert.equal(runs, 1);
  await clock.advance(59_999);
  assert.equal(runs, 1);
  await clock.advance(1);
  assert.equal(runs, 2);
  await scheduler.stop(0);
});

test('a period that is edited holds at once, and no round is made for nothing', async () => {
  let [runs, period] = [0, 300_000];
  const { clock, scheduler, hub } = scene({ period: () => period, run: async () => runs++ });
  scheduler.start();
  await settled();
  await clock.advance(10_000);
  hub.changed({ entity: 'ajuste', id: 'OTRO' });
  await settled();
  assert.equal(runs, 1);
  period = 20_000;
  hub.changed({ entity: 'ajuste', id: 'CICLO_INTERVALO_SEG' });
  await clock.advance(9_999);
  assert.equal(runs, 1);
  await clock.advance(1);
  assert.equal(runs, 2);
  await scheduler.stop(0);
});

test('a period so long that its end is no date keeps the cycle at rest, and the house alive', async () => {
  let [runs, period] = [0, 1000];
  const { clock, scheduler, hub } = scene({ period: () => period, run: async () => runs++ });
  scheduler.start();
  await settled();
  period = Number.MAX_SAFE_INTEGER * 1000;
  hub.changed({ entity: 'ajuste', id: 'CICLO_INTERVALO_SEG' });
  await clock.advance(3_600_000);
  assert.equal(runs, 1);
  await scheduler.run('probar');
  assert.equal(runs, 2);
  assert.match(scheduler.state()[0]?.nextAt ?? '', /^2\d{3}-/);
  await scheduler.stop(0);
});

test('a cycle never overlaps itself: a second order while it runs is refused with a sentence', async () => {
  const gate = Promise.withResolvers<void>();
  const { scheduler } = scene({ run: () => gate.promise });
  const first = scheduler.run('probar');
  await assert.rejects(scheduler.run('probar'), { code: 'ciclo_en_marcha', message: /Ya hay un ciclo de prueba en marcha/ });
  gate.resolve();
  await first;
  assert.equal(scheduler.state()[0]?.running, false);
});

test('an order waits for a round nobody ordered and then has its own; for a long one it does not wait', async () => {
  let runs = 0;
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { clock, scheduler } = scene({ run: () => gates[runs++]?.promise ?? Promise.resolve() });
  scheduler.start();
  await settled();
  const patient = scheduler.run('probar');
  await clock.advance(1_000);
  assert.equal(runs, 1);
  gates[0]?.resolve();
  await settled();
  assert.equal(runs, 2);
  gates[1]?.resolve();
  await patient;
  scheduler.wakeNow('probar');
  await settled();
  assert.equal(runs, 3);
  const refused = assert.rejects(scheduler.run('probar'), { code: 'ciclo_en_marcha' });
  await clock.advance(2_000);
  await refused;
  gates[2]?.resolve();
  await scheduler.stop(0);
});

test('an order answers when the cycle is done, and the period counts from its end', async () => {
  let runs = 0;
  const { clock, scheduler } = scene({ run: async () => runs++ });
  scheduler.start();
  await clock.advance(50_000);
  await scheduler.run('probar');
  assert.equal(runs, 2);
  await clock.advance(59_000);
  assert.equal(runs, 2);
  await clock.advance(1_000);
  assert.equal(runs, 3);
  await scheduler.stop(0);
});

test('waking a resting cycle runs it now; waking a running one runs it once more when it ends', async () => {
  let runs = 0;
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { scheduler } = scene({ period: () => null, run: () => gates[runs++]?.promise ?? Promise.resolve() });
  scheduler.start();
  await settled();
  assert.equal(runs, 0);
  scheduler.wakeNow('probar');
  await settled();
  assert.equal(runs, 1);
  scheduler.wakeNow('probar');
  scheduler.wakeNow('probar');
  await settled();
  assert.equal(runs, 1);
  gates[0]?.resolve();
  await settled();
  assert.equal(runs, 2);
  gates[1]?.resolve();
  await settled();
  assert.equal(runs, 2);
  await scheduler.stop(0);
});

test('a failing cycle backs off, says since when, and recovers', async () => {
  let broken = true;
  let runs = 0;
  const run = async () => {
    runs++;
    if (broken) throw new CerebroError('origen_no_responde', 'El origen no responde.', { transient: true });
  };
  const { clock, scheduler } = scene({ run });
  scheduler.start();
  await settled();
  const [state] = scheduler.state();
  assert.deepEqual(state?.lastError, { code: 'origen_no_responde', message: 'El origen no responde.' });
  assert.equal(state?.failingSince, '2026-03-02T09:00:00.000Z');
  await clock.advance(15_000);
  assert.equal(runs, 2);
  await clock.advance(29_999);
  assert.equal(runs, 2);
  broken = false;
  await clock.advance(1);
  assert.equal(runs, 3);
  assert.equal(scheduler.state()[0]?.failingSince, null);
  await scheduler.stop(0);
});

test('stopping aborts the sleep and the running cycle, and nothing begins afterwards', async () => {
  const seen: boolean[] = [];
  const { scheduler } = scene({
    run: (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(void seen.push(signal.aborted)))),
  });
  scheduler.start();
  await settled();
  await scheduler.stop(1000);
  assert.deepEqual(seen, [true]);
  await assert.rejects(scheduler.run('probar'), { code: 'parando' });
});

test('settings that cannot be read leave the period as it was, and nothing dies of it', async () => {
  let runs = 0;
  let readable = true;
  const period = () => {
    if (!readable) throw new Error('disk I/O error');
    return 60_000;
  };
  const { clock, scheduler } = scene({ period, run: async () => runs++ });
  scheduler.start();
  await settled();
  readable = false;
  await clock.advance(60_000);
  assert.equal(runs, 2);
  await clock.advance(60_000);
  assert.equal(runs, 3);
  await scheduler.stop(0);
});

test('an unknown cycle is not found', async () => {
  const { scheduler } = scene({ run: async () => undefined });
  await assert.rejects(scheduler.run('inventado'), { code: 'no_encontrado' });
});

test('the rest after failures grows, stays within its bounds and never stops', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 3_600_000 }),
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (period, failures, random) => {
        const rest = restMs(period, failures, random);
        assert.ok(rest >= Math.round(Math.min(period, 15_000) * 0.8));
        assert.ok(rest <= Math.round(Math.max(period, 60_000) * 1.2));
        assert.ok(restMs(period, failures + 1, 0.5) >= restMs(period, failures, 0.5));
      },
    ),
  );
  assert.equal(restMs(300_000, 0, 0.9), 300_000);
});
