import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Calendar } from '#server/programaciones/occurrences.ts';
import { conflictOf } from '#server/programaciones/overlap.ts';
import { calendarsAround, dayNumber, stretches } from './calendars.ts';
import { slowOccurrences, wallsOf } from './slow-oracle.ts';

const madrid = 'Europe/Madrid';
const now = new Date('2026-11-25T00:00:00Z');
const oneShot = (pattern: Calendar['pattern'], start: number, tolerance: number): Calendar => ({
  ...{ pattern, start, from: null, until: null, cyclic: false, tolerance },
});
const cyclic = (pattern: Calendar['pattern'], start: number, end: number | null): Calendar => ({
  ...{ pattern, start, from: null, until: null, cyclic: true, end, interval: null },
});
const daily = { type: 'Diaria' } as const;
const on = (...weekdays: number[]) => ({ type: 'Semanal', weekdays }) as const;
const meet = (one: Calendar, other: Calendar) => conflictOf(one, other, madrid, now)?.toISOString() ?? null;

for (const [zone, from, to] of stretches) {
  const walls = wallsOf(zone, `${from}T00:00:00Z`, `${to}T00:00:00Z`);
  /** Within the stretch the walls show whole. */
  const inside = { from: dayNumber(from) + 3, until: dayNumber(to) - 3 };
  const calendars = calendarsAround(from, to).map((calendar) => ({ ...calendar, ...inside }));

  test(`two meet exactly when some minute lies in a window of both: ${zone}, ${from}`, () => {
    const began = Date.parse(`${from}T00:00:00Z`);
    fc.assert(
      fc.property(calendars, calendars, (one, other) => {
        const [mine, theirs] = [slowOccurrences(one, walls), slowOccurrences(other, walls)];
        const holds = (at: number, windows: typeof mine) => windows.some(({ start, end }) => start <= at && at < end);
        const expected = walls.find(({ at }) => holds(at, mine) && holds(at, theirs))?.at ?? null;
        assert.equal(conflictOf(one, other, zone, new Date(began))?.getTime() ?? null, expected);
      }),
      { numRuns: 60 },
    );
  });
}

test('one may begin where the other ends', () => {
  assert.equal(meet(oneShot(daily, 480, 60), oneShot(daily, 540, 60)), null);
  assert.equal(meet(oneShot(daily, 480, 61), oneShot(daily, 540, 60)), '2026-11-25T08:00:00.000Z');
});

test('a window that crosses midnight meets what begins the next day', () => {
  assert.equal(meet(oneShot(on(0), 23 * 60 + 50, 30), oneShot(on(1), 10, 5)), '2026-11-30T23:10:00.000Z');
  assert.equal(meet(cyclic(on(0), 22 * 60, 6 * 60), oneShot(on(1), 300, 60)), '2026-12-01T04:00:00.000Z');
});

test('any pair of types is compared by its days', () => {
  assert.equal(meet(oneShot({ type: 'Mensual', day: 31 }, 480, 60), oneShot(on(6), 480, 60)), '2027-01-31T07:00:00.000Z');
  assert.equal(meet(oneShot(on(0, 2, 4), 480, 60), oneShot(on(1, 3), 480, 60)), null);
  assert.equal(
    meet(oneShot({ type: 'RangoMensual', lastDays: 1 }, 480, 60), oneShot({ type: 'Especifica', day: dayNumber('2027-02-28') }, 500, 5)),
    '2027-02-28T07:20:00.000Z',
  );
});

test('what is over does not count, what is open now does', () => {
  const past = { type: 'Especifica', day: dayNumber('2026-11-24') } as const;
  assert.equal(meet(oneShot(past, 480, 60), oneShot(daily, 480, 60)), null);
  assert.equal(meet(oneShot(past, 23 * 60, 180), oneShot(daily, 30, 60)), '2026-11-24T23:30:00.000Z');
});

test('date windows that do not touch keep two apart', () => {
  const until = { ...oneShot(daily, 480, 60), until: dayNumber('2026-12-31') };
  const from = { ...oneShot(daily, 480, 60), from: dayNumber('2027-01-01') };
  assert.equal(meet(until, from), null);
});
