import { offsetMs } from './format.ts';
import { remember } from './remember.ts';

/**
 * What the clocks of a zone show, turned into instants and back. Days are counted as in `Date.UTC`: 0 = 1970-01-01.
 * Intl takes microseconds for each instant; so it is asked once for each midnight (in UTC), and the rest is arithmetic.
 */
export type WallClock = {
  /**
   * The first instant (ms) at which the clocks show that minute of that day or a later one: an hour that does not exist is the
   * first minute that does, one that exists twice is the first of both.
   */
  instantOf(day: number, minute: number): number;
  /** The day the calendar shows at that instant (ms). */
  dayOf(at: number): number;
};

export const dayMs = 86_400_000;
export const minuteMs = 60_000;

/** When the clocks change, and by how much; `at` is null around the days on which they do not. */
type Change = { readonly at: number | null; readonly before: number; readonly after: number };

export const wallClock = remember((zone: string): WallClock => {
  const offsetAtMidnight = remember((day: number) => offsetMs(day * dayMs, zone));

  /** Every instant of a local day lies between the midnights (UTC) of the day before and of two days after. */
  const changeAround = remember((day: number): Change => {
    const offsets = [day - 1, day, day + 1, day + 2].map(offsetAtMidnight);
    const changed = offsets.findIndex((offset, index) => index > 0 && offset !== offsets[index - 1]);
    const before = offsets[0] ?? 0;
    if (changed < 0) return { at: null, before, after: before };
    const at = firstInstantOf((instant) => offsetMs(instant, zone) !== before, (day + changed - 2) * dayMs, (day + changed - 1) * dayMs);
    return { at, before, after: offsets[changed] ?? before };
  });

  const instantOf = (day: number, minute: number): number => {
    const shown = day * dayMs + minute * minuteMs;
    const { at, before, after } = changeAround(Math.floor(shown / dayMs));
    if (at === null || shown - before < at) return shown - before;
    return Math.max(at, shown - after);
  };

  const dayOf = (instant: number): number => {
    const { at, before, after } = changeAround(Math.floor(instant / dayMs));
    return Math.floor((instant + (at === null || instant < at ? before : after)) / dayMs);
  };
  return { instantOf, dayOf };
});

/** The first instant for which it holds, between one for which it does not and one for which it does; to the second, as offsets are. */
const firstInstantOf = (holds: (at: number) => boolean, from: number, to: number): number => {
  let [low, high] = [from / 1000, to / 1000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle * 1000)) high = middle;
    else low = middle;
  }
  return high * 1000;
};

/** The day of a date as it stands in data ('2026-03-02'); null when there is no such date. */
export const dayOfDate = (date: string): number | null => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null;
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date ? null : at / dayMs;
};

/** The date of a day, as it stands in data: 2026-03-02. */
export const dateOfDay = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
