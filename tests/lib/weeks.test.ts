import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { lastWeeks, weekDays, weekOf, weekRange } from '#server/lib/weeks.ts';

const madrid = 'Europe/Madrid';

test('a week belongs to the year of its Thursday', () => {
  assert.equal(weekOf(new Date('2027-01-01T12:00:00Z'), madrid), '2026-W53');
  assert.equal(weekOf(new Date('2024-12-30T12:00:00Z'), madrid), '2025-W01');
  assert.equal(weekOf(new Date('2023-01-01T12:00:00Z'), madrid), '2022-W52');
});

test('a week begins on Monday at midnight of the business, not of UTC', () => {
  assert.equal(weekOf(new Date('2026-11-22T22:59:59.999Z'), madrid), '2026-W47');
  assert.equal(weekOf(new Date('2026-11-22T23:00:00.000Z'), madrid), '2026-W48');
  assert.deepEqual(weekRange('2026-W48', madrid), { from: '2026-11-22T23:00:00.000Z', to: '2026-11-29T23:00:00.000Z' });
});

test('the weeks in which the clocks change have an hour less, or an hour more', () => {
  const hours = (week: string) => {
    const range = weekRange(week, madrid);
    return range && (Date.parse(range.to) - Date.parse(range.from)) / 3_600_000;
  };
  assert.deepEqual([hours('2026-W13'), hours('2026-W14'), hours('2026-W43')], [167, 168, 169]);
});

for (const week of ['2025-W53', '2026-W00', '2026-W54', '2026-W5', 'ayer', ''])
  test(`«${week}» is no week`, () => {
    assert.equal(weekRange(week, madrid), null);
  });

test('the last weeks go back over the end of a year', () => {
  assert.deepEqual(lastWeeks(new Date('2027-01-06T12:00:00Z'), madrid, 3), ['2027-W01', '2026-W53', '2026-W52']);
});

test('a week is told by its Monday and its Sunday', () => {
  assert.equal(weekDays('2026-W53'), '28/12 – 03/01');
});

test('every instant falls within the week it is said to be in, and weeks follow one another without a gap', () => {
  const instants = fc.date({ min: new Date('2000-01-10T00:00:00Z'), max: new Date('2099-12-01T00:00:00Z'), noInvalidDate: true });
  fc.assert(
    fc.property(instants, fc.constantFrom(madrid, 'UTC', 'America/Bogota', 'Pacific/Auckland'), (at, zone) => {
      const [week, before] = lastWeeks(at, zone, 2) as [string, string];
      const range = weekRange(week, zone);
      assert.ok(range && range.from <= at.toISOString() && at.toISOString() < range.to);
      assert.equal(weekOf(at, zone), week);
      assert.equal(weekRange(before, zone)?.to, range.from);
    }),
  );
});
