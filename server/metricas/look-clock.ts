import { Gauge, type Registry } from 'prom-client';
import type { Look, MeasuredHouse } from './house.ts';
import { isPaused } from './queries.ts';
import { secondsBetween } from './rules.ts';

/** The cycles of the clock and the slots of the robots, as the machinery itself tells. */
export const lookAtClock = ({ deps, scheduler, dispatcher }: MeasuredHouse, registry: Registry): Look => {
  const registers = [registry];
  const labelNames = ['cycle'];
  const running = new Gauge({ name: 'cerebro_cycle_running', help: '1 while a round of that cycle runs.', labelNames, registers });
  const since = new Gauge({
    ...{ name: 'cerebro_cycle_running_seconds', help: 'How long the present round of each cycle has been running; 0 = it rests.' },
    ...{ labelNames, registers },
  });
  const failing = new Gauge({ name: 'cerebro_cycle_failing', help: '1 while the last round of that cycle failed.', labelNames, registers });
  const overdue = new Gauge({
    ...{ name: 'cerebro_cycle_overdue_seconds', help: 'How long ago the next round of each cycle should have begun; 0 = it is not late.' },
    ...{ labelNames, registers },
  });
  const used = new Gauge({ name: 'cerebro_slots_used', help: 'Slots of Playwright robots at work.', registers });
  const total = new Gauge({ name: 'cerebro_slots', help: 'Slots of Playwright robots.', registers });
  const threads = new Gauge({ name: 'cerebro_pool_threads', help: 'Threads of Playwright robots; 0 = there is no browser.', registers });
  const paused = new Gauge({ name: 'cerebro_maintenance', help: '1 while somebody has paused the house.', registers });
  return () => {
    const now = deps.clock.now().toISOString();
    for (const cycle of scheduler.state()) {
      const of = { cycle: cycle.name };
      running.set(of, cycle.running ? 1 : 0);
      since.set(of, cycle.running ? (secondsBetween(cycle.lastStartedAt, now) ?? 0) : 0);
      failing.set(of, cycle.lastError === null ? 0 : 1);
      overdue.set(of, cycle.running ? 0 : (secondsBetween(cycle.nextAt, now) ?? 0));
    }
    const busy = dispatcher.busy();
    used.set(busy.used);
    total.set(busy.total);
    threads.set(deps.pool.size);
    paused.set(isPaused(deps.db) ? 1 : 0);
  };
};
