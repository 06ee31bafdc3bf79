import type { Clock } from './clock.ts';

/** Something costly to look at, looked at for everybody who watches. */
export type Lookout<Look> = {
  /** As it stands now: for who asks for the page. */
  fresh(): Look;
  /** For live pages: one look for all of them. When it is too soon for another, the last one; they are told when it is time. */
  shared(): Look;
  /** Safe to call twice. */
  stop(): void;
};

/** Live pages look this often at most, and so seldom that looking takes a twentieth of the time. */
const shortestRestMs = 1000;
const restPerCost = 20;

/** @param tell makes the live pages ask for another look */
export const createLookout = <Look>(clock: Clock, lookNow: () => Look, tell: () => void): Lookout<Look> => {
  let last: Look | null = null;
  let restUntil = 0;
  let waiting = false;
  const ended = new AbortController();

  const fresh = (): Look => {
    const before = clock.monotonic();
    const look = lookNow();
    const after = clock.monotonic();
    restUntil = after + Math.max(shortestRestMs, (after - before) * restPerCost);
    last = look;
    return look;
  };

  const tellLater = async (ms: number): Promise<void> => {
    if (waiting) return;
    waiting = true;
    await clock.sleep(ms, ended.signal);
    waiting = false;
    if (!ended.signal.aborted) tell();
  };

  return {
    fresh,
    shared: () => {
      const left = restUntil - clock.monotonic();
      if (last === null || left <= 0) return fresh();
      void tellLater(left);
      return last;
    },
    stop: () => ended.abort(),
  };
};
