import { setTimeout as delay } from 'node:timers/promises';

/** Time as everything in the house asks for it, so that tests hold it in their hands. */
export type Clock = {
  /** The wall clock: calendars, ages, dates. */
  now(): Date;
  /** Milliseconds that only ever grow: periods and durations. */
  monotonic(): number;
  /** Rests `ms` milliseconds; returns early, without throwing, when the signal aborts. Of the system's, 24 days are the most. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** A longer timer of Node fires at once: some 24 days. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(Math.min(ms, longestTimerMs), undefined, signal ? { signal } : {}).catch(() => undefined),
};

/** The present instant as stored everywhere: UTC, ISO 8601 with milliseconds and `Z`. */
export const isoNow = (clock: Clock): string => clock.now().toISOString();

/** The stored instant `ms` milliseconds from now. */
export const isoIn = (clock: Clock, ms: number): string => new Date(clock.now().getTime() + ms).toISOString();
