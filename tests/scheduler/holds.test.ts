import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { createScheduler } from '#server/scheduler/clock.ts';
import type { Hold } from '#server/scheduler/holds.ts';
import { manualClock, settled } from '#tests/support/manual-clock.ts';

const log = silentLog();

/** One cycle that counts its rounds, and who says whether it may begin. */
const scene = (holdOf: Hold) => {
  const clock = manualClock();
  const rounds: boolean[] = [];
  const cycle = {
    ...{ name: 'probar', shownAs: 'un ciclo de prueba', period: () => 60_000 },
    run: async (_signal: AbortSignal, ordered: boolean) => rounds.push(ordered),
  };
  const scheduler = createScheduler({ clock, log, hub: createHub(log), random: () => 0.5, holdOf }, [cycle]);
  return { clock, scheduler, rounds };
};

test('a cycle that is held does not begin when its time comes nor when it is woken, and begins within a second of being let go', async () => {
  let held: string | null = 'Ana lo ha pausado.';
  const { clock, scheduler, rounds } = scene(() => held);
  scheduler.start();
  await settled();
  scheduler.wakeNow('probar');
  await clock.advance(200_000);
  assert.deepEqual(rounds, []);
  held = null;
  await clock.advance(1_000);
  assert.deepEqual(rounds, [false]);
  await scheduler.stop(0);
});

test('a person may run by hand what is held only of its own accord', async () => {
  const { scheduler, rounds } = scene((_cycle, ordered) => (ordered ? null : 'Ana lo ha pausado.'));
  await scheduler.run('probar');
  assert.deepEqual(rounds, [true]);
});

test('what is held for everybody is refused with its reason', async () => {
  const { scheduler, rounds } = scene(() => 'Cerebro está en mantenimiento.');
  await assert.rejects(scheduler.run('probar'), { code: 'en_pausa', message: 'Cerebro está en mantenimiento.' });
  assert.deepEqual(rounds, []);
});

test('those that come after one that is held do not wait for it', async () => {
  const ran: string[] = [];
  const cycle = (name: string, after: readonly string[] = []) => ({
    ...{ name, shownAs: name, after, period: () => 60_000 },
    run: async () => ran.push(name),
  });
  const clock = manualClock();
  const holdOf: Hold = (name) => (name === 'conciliar' ? 'Ana lo ha pausado.' : null);
  const scheduler = createScheduler({ clock, log, hub: createHub(log), holdOf }, [cycle('conciliar'), cycle('lanzar', ['conciliar'])]);
  scheduler.start();
  await settled();
  await clock.advance(0);
  assert.deepEqual(ran, ['lanzar']);
  await scheduler.stop(0);
});

test('while nobody can tell whether it may begin, it does not begin, and the clock goes on asking', async () => {
  let broken = true;
  const { clock, scheduler, rounds } = scene(() => {
    if (broken) throw new Error('no se puede leer');
    return null;
  });
  scheduler.start();
  await clock.advance(5_000);
  assert.deepEqual(rounds, []);
  broken = false;
  await clock.advance(1_000);
  assert.deepEqual(rounds, [false]);
  await scheduler.stop(0);
});

test('who is in a hurry cuts the grace of a round under way', async () => {
  const clock = manualClock();
  const never = new Promise(() => undefined);
  const cycle = { name: 'probar', shownAs: 'un ciclo de prueba', period: () => null, run: () => never };
  const scheduler = createScheduler({ clock, log, hub: createHub(log) }, [cycle]);
  void scheduler.run('probar');
  const hurry = new AbortController();
  const stopped = scheduler.stop(60_000, hurry.signal);
  hurry.abort();
  await stopped;
});
