/** Calendars of every type for the property tests, and the stretches of days on which clocks change. */
import fc from 'fast-check';
import type { Calendar } from '#server/programaciones/occurrences.ts';

const dayMs = 86_400_000;
export const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / dayMs;

/** Clocks that go forward and back at night, at midnight, by half an hour; and a zone that left a day out. */
export const stretches: readonly (readonly [zone: string, from: string, to: string])[] = [
  ['Europe/Madrid', '2026-03-24', '2026-04-04'],
  ['Europe/Madrid', '2026-10-20', '2026-11-03'],
  ['America/Argentina/Buenos_Aires', '2008-10-14', '2008-10-26'],
  ['America/Argentina/Buenos_Aires', '2009-03-09', '2009-03-22'],
  ['Australia/Lord_Howe', '2026-03-30', '2026-04-11'],
  ['Australia/Lord_Howe', '2026-09-28', '2026-10-10'],
  ['Pacific/Apia', '2011-12-24', '2012-01-06'],
];

const minute = fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.constantFrom(0, 90, 120, 135, 150, 179, 180, 1380, 1430, 1439));

export const calendarsAround = (from: string, to: string): fc.Arbitrary<Calendar> => {
  const day = fc.integer({ min: dayNumber(from), max: dayNumber(to) });
  const ofMonth = fc.integer({ min: 1, max: 31 });
  const pattern = fc.oneof(
    fc.constant({ type: 'Diaria' } as const),
    fc.record({ type: fc.constant('Semanal' as const), weekdays: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }) }),
    fc.record({ type: fc.constant('Mensual' as const), day: ofMonth }),
    fc.record({ type: fc.constant('Especifica' as const), day }),
    fc.record({ type: fc.constant('RangoMensual' as const), lastDays: ofMonth }),
    fc.tuple(ofMonth, ofMonth).map(([a, b]) => ({ type: 'RangoMensual' as const, first: Math.min(a, b), last: Math.max(a, b) })),
  );
  const base = { pattern, start: minute, from: fc.option(day), until: fc.option(day) };
  return fc.oneof(
    fc.record({ ...base, cyclic: fc.constant(false as const), tolerance: fc.integer({ min: 1, max: 1440 }) }),
    fc
      .record({ ...base, cyclic: fc.constant(true as const), end: fc.option(minute), interval: fc.constant(null) })
      .filter((calendar) => calendar.end !== calendar.start),
  );
};
