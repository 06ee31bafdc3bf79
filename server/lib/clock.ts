import { setTimeout as delay } from 'node:timers/promises';

/** Time as everything in the house asks for it, so that tests hold it in their hands. */
export type Clock = {
  /** The wall clock: calendars, ages, dates. */
  now(): Date;
  /** Milliseconds that only ever grow: periods and durations. */
  monotonic(): number;
  /** Rests `ms` milliseconds; returns early, without throwing, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined),
};

/** The present instant as stored everywhere: UTC, ISO 8601 with milliseconds and `Z`. */
export const isoNow = (clock: Clock): string => clock.now().toISOString();

/** The stored instant `ms` milliseconds from now. */
export const isoIn = (clock: Clock, ms: number): string => new Date(clock.now().getTime() + ms).toISOString();
