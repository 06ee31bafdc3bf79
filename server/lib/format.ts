import type { Clock } from './clock.ts';
import { remember } from './remember.ts';

/** An instant as pages show it: absolute, with the relative text beside it. */
export type Instant = {
  /** UTC, for `<time datetime>`. */
  readonly iso: string;
  /** 21/11/2026 23:31, in the zone of the business. */
  readonly text: string;
  /** 23:31:05 when it is today, else as `text`. */
  readonly short: string;
  /** hace 3 min, dentro de 20 s. */
  readonly relative: string;
};

export type Day = { readonly start: string; readonly label: string };

/** Everything a page says about time and quantities passes through here: one zone, 24 hours, Spanish. */
export type Format = {
  instant(iso: string): Instant;
  /** null stays null, so that templates need one check only. */
  instant(iso: string | null): Instant | null;
  /** 350 ms, 4,2 s, 3 min 12 s, 2 h 5 min. */
  duration(ms: number): string;
  /** Milliseconds from one stored instant to another, or to now. */
  elapsed(from: string, to?: string | null): string;
  number(value: number): string;
  /** The stored instant at which today began in the zone. */
  startOfToday(): string;
  /** The last `n` days in the zone, today the last one: the stored instant each began at, and how it is written (23/02). */
  lastDays(n: number): readonly Day[];
  /** The date of today or of so many days later, as it stands in data: 2026-03-02. */
  date(daysAhead?: number): string;
};

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

export const createFormat = (zone: string, clock: Pick<Clock, 'now'>): Format => {
  const local = localTime(zone);
  const relative = new Intl.RelativeTimeFormat('es', { numeric: 'always', style: 'short' });
  const numbers = new Intl.NumberFormat('es-ES', { useGrouping: 'always' });
  const sayUnits = new Map(units.map(([unit]) => [unit, remember((n: number) => relative.format(n, unit))]));
  const sayNumber = remember((value: number) => numbers.format(value));

  const relativeTo = (distance: number): string => {
    const [unit, size] = units.find(([, length]) => Math.abs(distance) >= length) ?? [];
    return unit === undefined || size === undefined ? 'ahora' : (sayUnits.get(unit)?.(Math.trunc(distance / size)) ?? '');
  };

  /** What does not change as time goes by; null where there is no such instant. A list shows the same ones again and again. */
  const read = remember((iso: string) => {
    const at = new Date(iso);
    if (!isShowable(at)) return unreadable;
    const { date, time } = local(at);
    return { at: at.getTime(), date, time, text: `${date} ${time.slice(0, 5)}` };
  });
  const dayOf = remember((minute: number) => local(new Date(minute * minuteMs)).date, 100);

  const show = (iso: string): Instant => {
    const { at, date, time, text } = read(iso);
    if (at === null) return { iso, text: iso, short: iso, relative: '' };
    const now = clock.now().getTime();
    const isToday = Math.abs(at - now) < 2 * dayMs && date === dayOf(Math.floor(now / minuteMs));
    return { iso, text, short: isToday ? time : text, relative: relativeTo(at - now) };
  };

  const instant = ((iso: string | null) => (iso === null ? null : show(iso))) as Format['instant'];
  const elapsed = (from: string, to?: string | null) => duration(Date.parse(to ?? clock.now().toISOString()) - Date.parse(from));
  const startOfToday = () => startOfDay(clock.now(), zone);
  const lastDays = (n: number): Day[] =>
    Array.from({ length: n }, (_, index) => noonOf(startOfToday(), index + 1 - n)).map((noon) => ({
      start: startOfDay(noon, zone),
      label: local(noon).date.slice(0, 5),
    }));
  const date = (daysAhead = 0) => local(noonOf(startOfToday(), daysAhead)).date.split('/').reverse().join('-');
  return { instant, duration, elapsed, number: sayNumber, startOfToday, lastDays, date };
};

/** About noon, so many days after that midnight: within that day also when the clocks change in between. */
const noonOf = (midnight: string, days: number): Date => new Date(Date.parse(midnight) + (days * 24 + 12) * 3_600_000);

const seconds = new Intl.NumberFormat('es-ES', { maximumFractionDigits: 1 });

const duration = (ms: number): string => {
  if (!(ms >= 0)) return '—';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${seconds.format(ms / 1000)} s`;
  const whole = Math.round(ms / 1000);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
};

const clockOf = remember(
  (timeZone: string) =>
    new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    }),
);

/** Milliseconds the zone is ahead of UTC at that instant. */
export const offsetMs = (at: number, zone: string): number => {
  const parts = clockOf(zone).formatToParts(at);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(value('year'), value('month') - 1, value('day'), value('hour'), value('minute'), value('second'));
  return shown - Math.floor(at / 1000) * 1000;
};

/** A year of four digits, also in a zone that is ahead. */
const isShowable = (at: Date): boolean => at.getUTCFullYear() >= 1000 && at.getUTCFullYear() < 9999;

/**
 * What calendar and clock show in the zone: 21/11/2026, 23:31:05. Intl takes microseconds for each instant, and a list shows
 * a hundred of them; so it is asked once for each day (in UTC) in which the clocks do not change, and the rest is arithmetic.
 */
const localTime = (zone: string): ((at: Date) => { readonly date: string; readonly time: string }) => {
  const steadyOffset = remember((day: number): number | null => {
    const [start, end] = [offsetMs(day * dayMs, zone), offsetMs((day + 1) * dayMs, zone)];
    return start === end ? start : null;
  });
  return (at) => {
    const instant = at.getTime();
    const offset = steadyOffset(Math.floor(instant / dayMs)) ?? offsetMs(instant, zone);
    const text = new Date(instant + offset).toISOString();
    return { date: `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(0, 4)}`, time: text.slice(11, 19) };
  };
};

const dayMs = 86_400_000;
const minuteMs = 60_000;
const unreadable = { at: null, date: '', time: '', text: '' };

/** Midnight of the day `now` falls on in the zone, also on the days the clocks change. */
const startOfDay = (now: Date, zone: string): string => midnightIn(zone, dayIn(zone, now));

/** The day of the calendar an instant falls on in the zone, as UTC milliseconds at midnight. */
export const dayIn = (zone: string, at: Date): number => {
  const local = new Date(at.getTime() + offsetMs(at.getTime(), zone));
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate());
};

/** The stored instant at which that day (of `dayIn`) begins in the zone. */
export const midnightIn = (zone: string, day: number): string => {
  const guess = day - offsetMs(day, zone);
  return new Date(day - offsetMs(guess, zone)).toISOString();
};

const decimals = new Intl.NumberFormat('es-ES', { maximumFractionDigits: 1 });

/** 812 B, 4,1 kB, 2,3 MB. */
export const sizeWords = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${decimals.format(bytes / 1000)} kB` : `${decimals.format(bytes / 1_000_000)} MB`;
};

/** Room of a disk, given in MB as the settings give it: 812 MB, 71 GB. */
export const spaceWords = (mb: number): string =>
  mb < 10_000 ? `${decimals.format(mb)} MB` : `${decimals.format(Math.floor(mb / 1000))} GB`;
