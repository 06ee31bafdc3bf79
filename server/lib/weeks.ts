import { dayIn, midnightIn } from './format.ts';

/** An ISO week as it travels in the URL: `2026-W48`. */
export type Week = string;

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

/** Monday of the week that day falls in; days are UTC milliseconds at midnight. */
const mondayOf = (day: number): number => day - ((new Date(day).getUTCDay() + 6) % 7) * dayMs;

/** Week 1 is the one with 4 January (ISO 8601). */
const firstMonday = (year: number): number => mondayOf(Date.UTC(year, 0, 4));

/** A week belongs to the year of its Thursday. */
const weekAt = (monday: number): Week => {
  const year = new Date(monday + 3 * dayMs).getUTCFullYear();
  const number = Math.round((monday - firstMonday(year)) / weekMs) + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
};

/** The week an instant falls in, by the calendar of the zone. */
export const weekOf = (at: Date, zone: string): Week => weekAt(mondayOf(dayIn(zone, at)));

/** The Monday a week begins with; null when there is no such week (`2025-W53`). */
const readWeek = (week: string): number | null => {
  const [, year, number] = /^(\d{4})-W(\d{2})$/.exec(week) ?? [];
  if (year === undefined) return null;
  const monday = firstMonday(Number(year)) + (Number(number) - 1) * weekMs;
  return weekAt(monday) === week ? monday : null;
};

/** From its first instant, included, to that of the next week, as stored; null when there is no such week. */
export const weekRange = (week: string, zone: string): { readonly from: string; readonly to: string } | null => {
  const monday = readWeek(week);
  return monday === null ? null : { from: midnightIn(zone, monday), to: midnightIn(zone, monday + weekMs) };
};

/** The last `n` weeks, the present one first. */
export const lastWeeks = (now: Date, zone: string, n: number): Week[] => {
  const monday = mondayOf(dayIn(zone, now));
  return Array.from({ length: n }, (_, index) => weekAt(monday - index * weekMs));
};

/** «23/11 – 29/11»: from Monday to Sunday. */
export const weekDays = (week: string): string => {
  const monday = readWeek(week) ?? 0;
  return `${dayAndMonth(monday)} – ${dayAndMonth(monday + 6 * dayMs)}`;
};

const dayAndMonth = (day: number): string => {
  const date = new Date(day);
  return [date.getUTCDate(), date.getUTCMonth() + 1].map((part) => String(part).padStart(2, '0')).join('/');
};
