/** The calendar read minute by minute off the clocks of the zone: slow, and too plain to be wrong. */
import type { Calendar } from '#server/programaciones/occurrences.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

export type Walls = readonly { readonly at: number; readonly shown: number }[];

/** What the clocks show at each minute of those days, as if it were UTC. */
export const wallsOf = (zone: string, from: string, to: string): Walls => {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const walls: { at: number; shown: number }[] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += minuteMs)
    walls.push({ at, shown: Date.parse(`${format.format(at).replace(' ', 'T')}Z`) });
  return walls;
};

const firstShowing = (walls: Walls, shown: number): number => walls.find((wall) => wall.shown >= shown)?.at ?? Number.NaN;

const firesOn = ({ pattern, from, until }: Calendar, day: number): boolean => {
  if ((from !== null && day < from) || (until !== null && day > until)) return false;
  const date = new Date(day * dayMs);
  const ofMonth = date.getUTCDate();
  const left = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - ofMonth;
  if (pattern.type === 'Diaria') return true;
  if (pattern.type === 'Semanal') return pattern.weekdays.includes((date.getUTCDay() + 6) % 7);
  if (pattern.type === 'Mensual') return ofMonth === pattern.day;
  if (pattern.type === 'Especifica') return day === pattern.day;
  return 'lastDays' in pattern ? left < pattern.lastDays : ofMonth >= pattern.first && ofMonth <= pattern.last;
};

/** Every occurrence of the days the walls show well inside: the outermost two are left out. */
export const slowOccurrences = (calendar: Calendar, walls: Walls): { start: number; end: number }[] => {
  const first = Math.floor((walls[0]?.shown ?? 0) / dayMs) + 1;
  const last = Math.floor((walls.at(-1)?.shown ?? 0) / dayMs) - 2;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    .filter((day) => firesOn(calendar, day))
    .map((day) => {
      const start = firstShowing(walls, day * dayMs + calendar.start * minuteMs);
      if (!calendar.cyclic) return { start, end: start + calendar.tolerance * minuteMs };
      const end =
        calendar.end === null
          ? firstShowing(walls, (day + 1) * dayMs) - 1
          : firstShowing(walls, (calendar.end > calendar.start ? day : day + 1) * dayMs + calendar.end * minuteMs);
      return { start, end: Math.max(end, start + minuteMs) };
    });
};
