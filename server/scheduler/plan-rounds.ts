import type { Clock } from '#server/lib/clock.ts';
import type { Log } from '#server/lib/log.ts';
import type { Cycle, CycleState } from './clock.ts';

/** A cycle and how it stands. */
export type Entry = {
  readonly cycle: Cycle;
  running: Promise<unknown> | null;
  wanted: boolean;
  /** The present round, or the last one, was ordered by somebody. */
  ordered: boolean;
  nudge: AbortController;
  period: number | null;
  dueAt: number | null;
  /** Monotonic start of its last round. */
  startedAt: number | null;
  /** Monotonic end of its last round. */
  endedAt: number | null;
  /** Its first round has ended. */
  readonly first: PromiseWithResolvers<void>;
  failures: number;
  /** Of the present round, or the last one, in the log. */
  trace: string;
  lastStartedAt: string | null;
  lastEndedAt: string | null;
  lastError: CycleState['lastError'];
  failingSince: string | null;
  nextAt: string | null;
};

const firstBackoffMs = 15_000;
const longestBackoffMs = 60_000;
/** Periods have no upper limit; instants do, and nobody waits longer than a century. */
const farthestMs = 36_525 * 86_400_000;

/**
 * Milliseconds to rest after `failures` failures in a row of a cycle with this period: doubles from the shorter of the
 * period and 15 s up to the longer of the period and 60 s, give or take a fifth so that many brains do not knock together.
 */
export const restMs = (period: number, failures: number, random: number): number => {
  if (failures === 0) return period;
  const doubled = Math.min(period, firstBackoffMs) * 2 ** Math.min(failures - 1, 20);
  return Math.round(Math.min(doubled, Math.max(period, longestBackoffMs)) * (0.8 + 0.4 * random));
};

/** When the next round of each cycle is due. */
export const createPlanner = ({ clock, log, random }: { clock: Clock; log: Log; random: () => number }) => {
  /** What the settings say now; while they cannot be read, what they said last. */
  const periodOf = (entry: Entry): number | null => {
    try {
      entry.period = entry.cycle.period();
    } catch (error) {
      log.error({ cycle: entry.cycle.name, err: error }, 'no se ha podido leer cada cuánto va un ciclo');
    }
    return entry.period;
  };

  const isPeriodic = (entry: Entry): boolean => periodOf(entry) !== null;

  /** After a round. */
  const planNext = (entry: Entry): void => {
    const period = periodOf(entry);
    const rest = period === null ? null : restMs(period, entry.failures, random());
    planIn(entry, rest);
  };

  const planIn = (entry: Entry, given: number | null): void => {
    const ms = given === null ? null : Math.min(given, farthestMs);
    entry.dueAt = ms === null ? null : clock.monotonic() + ms;
    entry.nextAt = ms === null ? null : new Date(clock.now().getTime() + ms).toISOString();
  };

  /** Somebody may have changed the period, or switched the cycle on, while it rests. */
  const planAnew = (entry: Entry): void => {
    const before = entry.period;
    const period = periodOf(entry);
    if (period === before) return;
    const rested = entry.endedAt === null || before === null ? Number.POSITIVE_INFINITY : clock.monotonic() - entry.endedAt;
    planIn(entry, period === null ? null : Math.max(0, restMs(period, entry.failures, random()) - rested));
  };

  /** One that was ordered meanwhile has had its first round. */
  const planFirst = async (entry: Entry, started: readonly Entry[]): Promise<void> => {
    const before = started.filter((other) => entry.cycle.after?.includes(other.cycle.name) && isPeriodic(other));
    if (before.length > 0) await Promise.all(before.map(({ first }) => first.promise));
    if (entry.lastStartedAt !== null) return;
    planIn(entry, 0);
    entry.nudge.abort();
  };
  return { isPeriodic, planNext, planAnew, planFirst };
};
