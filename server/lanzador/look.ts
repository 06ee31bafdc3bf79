import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { type Gate, gateOf } from './gate.ts';
import { type DryRun, dryRun, type OpenSuspension, openSuspensions } from './queries.ts';

/** What the page shows of one instant. */
export type Look = DryRun & { readonly gate: Gate; readonly suspensions: readonly OpenSuspension[]; readonly now: string };

type LookDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'a360' | 'hub'>;

const lookNow = (deps: LookDeps): Look => {
  const now = isoNow(deps.clock);
  return { ...dryRun(deps), gate: gateOf(deps), suspensions: openSuspensions(deps.db, now), now };
};

/** Live pages look this often at most, and so seldom that looking takes a twentieth of the time. */
const shortestRestMs = 1000;
const restPerCost = 20;

/** Looks for everybody who watches. */
export type Lookout = {
  /** As it stands now: for who asks for the page. */
  fresh(): Look;
  /** For live pages: one look for all of them. When it is too soon for another, the last one; they are told when it is time. */
  shared(): Look;
  /** Safe to call twice. */
  stop(): void;
};

/** A dry run of thousands of machines is not made anew for every change and every reader. */
export const createLookout = (deps: LookDeps): Lookout => {
  let last: Look | null = null;
  let restUntil = 0;
  let waiting = false;
  const ended = new AbortController();

  const fresh = (): Look => {
    const before = deps.clock.monotonic();
    const look = lookNow(deps);
    const after = deps.clock.monotonic();
    restUntil = after + Math.max(shortestRestMs, (after - before) * restPerCost);
    last = look;
    return look;
  };

  const tellLater = async (ms: number): Promise<void> => {
    if (waiting) return;
    waiting = true;
    await deps.clock.sleep(ms, ended.signal);
    waiting = false;
    if (!ended.signal.aborted) deps.hub.changed({ entity: 'lanzador' });
  };

  return {
    fresh,
    shared: () => {
      const left = restUntil - deps.clock.monotonic();
      if (last === null || left <= 0) return fresh();
      void tellLater(left);
      return last;
    },
    stop: () => ended.abort(),
  };
};
