import { dueOccurrence, openWindow } from '#server/programaciones/occurrences.ts';
import { type CalendarRow, readCalendar } from '#server/programaciones/read.ts';
import type { Moment } from './rules.ts';

const minuteMs = 60_000;

/** What the calendar of a programación says of that instant. Pure. */
export const momentAt =
  (zone: string, now: Date) =>
  (row: CalendarRow): Moment => {
    const read = readCalendar(row);
    if (!read.ok) return { kind: 'invalid', problem: read.problems.join(' ') };
    const { calendar } = read;
    const occurrence = calendar.cyclic ? openWindow(calendar, zone, now) : dueOccurrence(calendar, zone, now);
    if (!occurrence) return { kind: 'closed' };
    const interval = calendar.cyclic ? calendar.interval : null;
    return {
      kind: 'due',
      cyclic: calendar.cyclic,
      start: occurrence.start.toISOString(),
      intervalMs: interval === null ? null : interval * minuteMs,
    };
  };
