/**
 * Whether two programaciones of one equipo would ever want it at once. Any pair of types: what meets are the windows of their real
 * occurrences, half-open, so that one may begin where the other ends. Pure.
 */
import { wallClock } from '#server/lib/wall-clock.ts';
import { type Calendar, firesOn, windowOf } from './occurrences.ts';

/** How far ahead is looked: the thirteen months of SAM.md 3.1, with a few days to spare. */
const horizonDays = 400;

/** From one instant (ms) up to another, which is not part of it. */
export type Span = { readonly start: number; readonly end: number };

/** The windows of its occurrences that are not over at `now`, in order, to the end of the thirteenth month. */
export const spansAhead = (calendar: Calendar, zone: string, now: Date): Span[] => {
  const clock = wallClock(zone);
  const today = clock.dayOf(now.getTime());
  const first = Math.max(today - 3, calendar.from ?? 0);
  const last = Math.min(today + horizonDays, calendar.until ?? Number.POSITIVE_INFINITY);
  const spans: Span[] = [];
  for (let day = first; day <= last; day++) {
    if (!firesOn(calendar, day)) continue;
    const span = windowOf(calendar, clock, day);
    if (span.end > now.getTime()) spans.push(span);
  }
  return spans;
};

/** The first instant that lies in a span of both, each in order; null when there is none. */
export const firstMeeting = (some: readonly Span[], others: readonly Span[]): Date | null => {
  let [mine, theirs] = [0, 0];
  for (;;) {
    const [a, b] = [some[mine], others[theirs]];
    if (!a || !b) return null;
    const start = Math.max(a.start, b.start);
    if (start < Math.min(a.end, b.end)) return new Date(start);
    if (a.end <= b.end) mine += 1;
    else theirs += 1;
  }
};

/** The first instant, now or in the next thirteen months, at which both would want the equipo. */
export const conflictOf = (one: Calendar, other: Calendar, zone: string, now: Date): Date | null =>
  firstMeeting(spansAhead(one, zone, now), spansAhead(other, zone, now));
