import type { Clock } from '#server/lib/clock.ts';

/** Time that moves only when the test says so. */
export type ManualClock = Clock & {
  /** Moves time forward, waking every sleeper whose hour has come, in order. */
  advance(ms: number): Promise<void>;
  /** Sleepers waiting now. */
  sleeping(): number;
};

type Sleeper = { readonly at: number; readonly wake: () => void };

/** Lets everything already promised happen. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const manualClock = (start = '2026-03-02T09:00:00.000Z'): ManualClock => {
  const origin = Date.parse(start);
  let elapsed = 0;
  const sleepers = new Set<Sleeper>();
  const due = (until: number) => [...sleepers].filter((sleeper) => sleeper.at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => new Date(origin + elapsed),
    monotonic: () => elapsed,
    sleeping: () => sleepers.size,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = { at: elapsed + ms, wake: () => done() };
        const done = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', done);
          resolve();
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', done, { once: true });
      }),
    advance: async (ms) => {
      const until = elapsed + ms;
      await settled();
      for (let sleeper = due(until); sleeper; sleeper = due(until)) {
        elapsed = Math.max(elapsed, sleeper.at);
        sleeper.wake();
        await settled();
      }
      elapsed = until;
      await settled();
    },
  };
};
