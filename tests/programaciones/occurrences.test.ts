import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Calendar, dueOccurrence, nextOccurrences, occurrenceDays, openWindow } from '#server/programaciones/occurrences.ts';
import { calendarsAround, dayNumber, stretches } from './calendars.ts';
import { slowOccurrences, wallsOf } from './slow-oracle.ts';

const madrid = 'Europe/Madrid';
const daily = (start: number, tolerance: number): Calendar => ({
  ...{ pattern: { type: 'Diaria' }, start, from: null, until: null, cyclic: false, tolerance },
});
const cyclic = (start: number, end: number | null): Calendar => ({
  ...{ pattern: { type: 'Diaria' }, start, from: null, until: null, cyclic: true, end, interval: null },
});
const dueAt = (calendar: Calendar, now: string) => dueOccurrence(calendar, madrid, new Date(now))?.start.toISOString() ?? null;

for (const [zone, from, to] of stretches) {
  const walls = wallsOf(zone, `${from}T00:00:00Z`, `${to}T00:00:00Z`);
  const minutes = { min: 5 * 1440, max: walls.length - 4 * 1440 };

  test(`due occurrences and open windows are those of the clocks, read minute by minute: ${zone}, ${from}`, () => {
    fc.assert(
      fc.property(calendarsAround(from, to), fc.integer(minutes), fc.constantFrom(0, 1, 59_999), (calendar, minute, ms) => {
        const now = Date.parse(`${from}T00:00:00Z`) + minute * 60_000 + ms;
        const holding = slowOccurrences(calendar, walls).filter(({ start, end }) => start <= now && now <= end);
        const expected = holding.at(-1) ?? null;
        const found = (calendar.cyclic ? openWindow : dueOccurrence)(calendar, zone, new Date(now));
        assert.deepEqual(found && { start: found.start.getTime(), end: found.end.getTime() }, expected);
        assert.equal((calendar.cyclic ? dueOccurrence : openWindow)(calendar, zone, new Date(now)), null);
      }),
      { numRuns: 300 },
    );
  });

  test(`the next occurrences are those of the clocks: ${zone}, ${from}`, () => {
    fc.assert(
      fc.property(calendarsAround(from, to), fc.integer({ min: 3 * 1440, max: walls.length - 1 }), (calendar, minute) => {
        const now = Date.parse(`${from}T00:00:00Z`) + minute * 60_000;
        const expected = slowOccurrences(calendar, walls)
          .map(({ start }) => start)
          .filter((start) => start >= now);
        const found = nextOccurrences(calendar, zone, new Date(now), expected.length).map((start) => start.getTime());
        assert.deepEqual(found, expected);
      }),
      { numRuns: 150 },
    );
  });
}

test('what begins before midnight is still the occurrence of its own day after it', () => {
  const monday: Calendar = { ...daily(23 * 60 + 50, 30), pattern: { type: 'Semanal', weekdays: [0] } };
  assert.equal(dueAt(monday, '2026-11-23T22:50:00Z'), '2026-11-23T22:50:00.000Z');
  assert.equal(dueAt(monday, '2026-11-23T23:10:00Z'), '2026-11-23T22:50:00.000Z');
  assert.equal(dueAt(monday, '2026-11-23T23:20:00.001Z'), null);
  assert.equal(dueAt(monday, '2026-11-24T22:55:00Z'), null);
});

test('a tolerance of a whole day is open at every instant, and the latest occurrence is the one due', () => {
  assert.equal(dueAt(daily(480, 1440), '2026-11-25T06:59:59Z'), '2026-11-24T07:00:00.000Z');
  assert.equal(dueAt(daily(480, 1440), '2026-11-25T07:00:00Z'), '2026-11-25T07:00:00.000Z');
});

test('an hour that does not exist fires at the first minute that does', () => {
  assert.equal(dueAt(daily(150, 5), '2026-03-29T01:00:00Z'), '2026-03-29T01:00:00.000Z');
  assert.equal(dueAt(daily(150, 5), '2026-03-29T01:05:00.001Z'), null);
});

test('an hour that exists twice fires once, at the first', () => {
  assert.equal(dueAt(daily(150, 5), '2026-10-25T00:30:00Z'), '2026-10-25T00:30:00.000Z');
  assert.equal(dueAt(daily(150, 5), '2026-10-25T01:30:00Z'), null);
  assert.deepEqual(
    nextOccurrences(daily(150, 5), madrid, new Date('2026-10-25T00:31:00Z'), 1).map((start) => start.toISOString()),
    ['2026-10-26T01:30:00.000Z'],
  );
});

test('a cyclic one without final hour begins at its hour and lasts to the end of its day', () => {
  const open = (now: string) => openWindow(cyclic(600, null), madrid, new Date(now)) !== null;
  assert.deepEqual(['2026-11-25T08:59:59.999Z', '2026-11-25T09:00:00Z', '2026-11-25T22:59:59.999Z', '2026-11-25T23:00:00Z'].map(open), [
    false,
    true,
    true,
    false,
  ]);
});

test('a cyclic window may cross midnight', () => {
  const window = openWindow(cyclic(22 * 60, 6 * 60), madrid, new Date('2026-11-25T03:00:00Z'));
  assert.deepEqual([window?.start.toISOString(), window?.end.toISOString()], ['2026-11-24T21:00:00.000Z', '2026-11-25T05:00:00.000Z']);
});

test('the date window is asked of the date of the occurrence', () => {
  const last: Calendar = { ...daily(23 * 60 + 50, 30), until: dayNumber('2026-11-24') };
  assert.equal(dueAt(last, '2026-11-24T23:05:00Z'), '2026-11-24T22:50:00.000Z');
  assert.equal(dueAt(last, '2026-11-25T23:05:00Z'), null);
});

test('a day 31 rests in the months that have none, and the last days follow the length of the month', () => {
  const on = (pattern: Calendar['pattern']) => occurrenceDays({ ...daily(0, 1), pattern }, '2027-01-25', 70);
  assert.deepEqual(on({ type: 'Mensual', day: 31 }), ['2027-01-31', '2027-03-31']);
  assert.deepEqual(on({ type: 'RangoMensual', lastDays: 2 }), [
    '2027-01-30',
    '2027-01-31',
    '2027-02-27',
    '2027-02-28',
    '2027-03-30',
    '2027-03-31',
  ]);
  assert.deepEqual(on({ type: 'Especifica', day: dayNumber('2027-02-28') }), ['2027-02-28']);
});

test('a date far ahead is found, and one that is over has no next', () => {
  const ahead = { ...daily(480, 60), pattern: { type: 'Especifica', day: dayNumber('2031-01-01') } } as const;
  assert.equal(nextOccurrences(ahead, madrid, new Date('2026-11-25T00:00:00Z'), 10).length, 1);
  assert.equal(nextOccurrences(ahead, madrid, new Date('2031-01-02T00:00:00Z'), 10).length, 0);
});

test('two thousand calendars are asked in a few milliseconds', () => {
  const calendars = fc.sample(calendarsAround('2026-10-20', '2026-11-03'), { numRuns: 2000, seed: 1 });
  const ask = () => calendars.filter((calendar) => dueOccurrence(calendar, madrid, now) ?? openWindow(calendar, madrid, now)).length;
  const now = new Date('2026-10-25T00:30:00Z');
  const took = Array.from({ length: 5 }, () => {
    const started = performance.now();
    ask();
    return performance.now() - started;
  });
  assert.ok(Math.min(...took) < 50, `${took} ms`);
});
