/**
 * When a programación fires: real instants in the zone of the business, across midnight and the changes of the clocks
 * (SAM.md 3.1). Pure: zone and instants are arguments. The day pattern and the date window are asked of the date of the
 * occurrence, never of today, so that what begins at 23:50 is still the same occurrence at 00:10.
 */
import { dateOfDay, dayMs, dayOfDate, minuteMs, type WallClock, wallClock } from '#server/lib/wall-clock.ts';

/** Which days it fires on. Days of the week: 0 = Monday. Dates are days since 1970-01-01. */
export type DayPattern =
  | { readonly type: 'Diaria' }
  | { readonly type: 'Semanal'; readonly weekdays: readonly number[] }
  | { readonly type: 'Mensual'; readonly day: number }
  | { readonly type: 'RangoMensual'; readonly first: number; readonly last: number }
  | { readonly type: 'RangoMensual'; readonly lastDays: number }
  | { readonly type: 'Especifica'; readonly day: number };

export type Calendar = {
  readonly pattern: DayPattern;
  /** Minute of the day. */
  readonly start: number;
  /** First and last date it may fire on, both included, as days since 1970-01-01. */
  readonly from: number | null;
  readonly until: number | null;
} & (
  | { readonly cyclic: false /** Minutes, at least 1. */; readonly tolerance: number }
  | {
      readonly cyclic: true;
      /** Minute of the day, of the next one where it is not after `start`; null = to the end of the day. */
      readonly end: number | null;
      /** Elapsed minutes from the end of a run to the next; null = none. */
      readonly interval: number | null;
    }
);

/** Both ends included. */
export type Occurrence = { readonly start: Date; readonly end: Date };

/** The occurrence of one that runs once whose window (`tolerance`) holds `now`; the latest if there are several. */
export const dueOccurrence = (calendar: Calendar, zone: string, now: Date): Occurrence | null =>
  calendar.cyclic ? null : around(calendar, zone, now.getTime());

/** The window of a cyclic one that holds `now`. */
export const openWindow = (calendar: Calendar, zone: string, now: Date): Occurrence | null =>
  calendar.cyclic ? around(calendar, zone, now.getTime()) : null;

/** The first `n` starts (of a cyclic one: of its windows) at `from` or later. */
export const nextOccurrences = (calendar: Calendar, zone: string, from: Date, n: number): Date[] => {
  const clock = wallClock(zone);
  const found: Date[] = [];
  const first = Math.max(clock.dayOf(from.getTime()) - 1, firstDay(calendar));
  const last = Math.min(first + (n + 1) * longestPause, lastDay(calendar));
  for (let day = first; day <= last && found.length < n; day++) {
    const start = firesOn(calendar, day) ? clock.instantOf(day, calendar.start) : Number.NaN;
    if (start >= from.getTime()) found.push(new Date(start));
  }
  return found;
};

/** The dates it fires on among the `days` that begin at `from` (YYYY-MM-DD). */
export const occurrenceDays = (calendar: Calendar, from: string, days: number): string[] => {
  const first = dayOfDate(from);
  if (first === null) return [];
  return Array.from({ length: days }, (_, index) => first + index)
    .filter((day) => firesOn(calendar, day))
    .map(dateOfDay);
};

/** Whether it fires on that day of the calendar. */
export const firesOn = (calendar: Calendar, day: number): boolean =>
  day >= (calendar.from ?? day) && day <= (calendar.until ?? day) && matches(calendar.pattern, day);

/** From when to when (ms) the occurrence of that day may run. */
export const windowOf = (calendar: Calendar, clock: WallClock, day: number): { readonly start: number; readonly end: number } => {
  const start = clock.instantOf(day, calendar.start);
  if (!calendar.cyclic) return { start, end: start + calendar.tolerance * minuteMs };
  return { start, end: Math.max(endOf(calendar, clock, day), start + minuteMs) };
};

const endOf = ({ start, end }: { start: number; end: number | null }, clock: WallClock, day: number): number => {
  if (end === null) return clock.instantOf(day + 1, 0) - 1;
  return clock.instantOf(end > start ? day : day + 1, end);
};

/** Windows begin in the order of their days: the latest that has begun comes first. One day more, for dates that a zone left out. */
const around = (calendar: Calendar, zone: string, now: number): Occurrence | null => {
  const clock = wallClock(zone);
  const reach = calendar.cyclic ? dayMs : calendar.tolerance * minuteMs;
  const last = clock.dayOf(now);
  for (let day = last; day >= clock.dayOf(now - reach) - 1; day--) {
    if (!firesOn(calendar, day)) continue;
    const { start, end } = windowOf(calendar, clock, day);
    if (start <= now && now <= end) return { start: new Date(start), end: new Date(end) };
  }
  return null;
};

const matches = (pattern: DayPattern, day: number): boolean => {
  switch (pattern.type) {
    case 'Diaria':
      return true;
    case 'Semanal':
      return pattern.weekdays.includes(weekdayOf(day));
    case 'Mensual':
      return dayOfMonth(day) === pattern.day;
    case 'Especifica':
      return day === pattern.day;
    case 'RangoMensual':
      return 'lastDays' in pattern ? isAmongLast(day, pattern.lastDays) : isBetween(dayOfMonth(day), pattern.first, pattern.last);
  }
};

/** 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

const dayOfMonth = (day: number): number => new Date(day * dayMs).getUTCDate();
const isBetween = (value: number, first: number, last: number): boolean => value >= first && value <= last;
const isAmongLast = (day: number, count: number): boolean => {
  const date = new Date(day * dayMs);
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.getUTCDate() > length - count;
};

/** No pattern rests longer than from one 31st to the next but one. */
const longestPause = 62;
const firstDay = ({ from, pattern }: Calendar): number =>
  Math.max(from ?? Number.NEGATIVE_INFINITY, pattern.type === 'Especifica' ? pattern.day : Number.NEGATIVE_INFINITY);
const lastDay = ({ until, pattern }: Calendar): number =>
  Math.min(until ?? Number.POSITIVE_INFINITY, pattern.type === 'Especifica' ? pattern.day : Number.POSITIVE_INFINITY);
