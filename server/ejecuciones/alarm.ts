import type { Clock } from '#server/lib/clock.ts';

/** One timer: setting it again replaces what was set before. */
export type Alarm = {
  ringIn(ms: number): void;
  off(): void;
};

/** A timer cannot count much further than this; an alarm for later rings early, and whoever hears it sets it again. */
const longestMs = 24 * 3600 * 1000;

export const createAlarm = (clock: Clock, ring: () => void): Alarm => {
  let current: AbortController | null = null;
  const off = () => {
    current?.abort();
    current = null;
  };
  const wait = async (ms: number, mine: AbortController): Promise<void> => {
    await clock.sleep(Math.min(Math.max(ms, 0), longestMs), mine.signal);
    if (mine.signal.aborted) return;
    current = null;
    ring();
  };
  const ringIn = (ms: number) => {
    off();
    current = new AbortController();
    // It never rejects: `sleep` answers early when it is aborted, and `ring` is given by who owns the alarm.
    void wait(ms, current);
  };
  return { ringIn, off };
};
