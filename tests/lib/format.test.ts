import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createFormat } from '#server/lib/format.ts';

const at = (now: string, zone = 'Europe/Madrid') => createFormat(zone, { now: () => new Date(now) });

test('an instant of today is said by its hour, any other with its day, in the zone of the business', () => {
  const format = at('2026-03-02T09:00:00.000Z');
  assert.equal(format.instant('2026-03-02T08:59:30.000Z').short, '09:59:30');
  assert.equal(format.instant('2026-03-01T22:59:59.000Z').short, '01/03/2026 23:59');
  assert.equal(format.instant('2026-03-01T23:00:00.000Z').short, '00:00:00');
  assert.equal(format.instant('2026-07-01T10:00:00.000Z').text, '01/07/2026 12:00');
  assert.equal(at('2026-03-02T09:00:00.000Z', 'America/Bogota').instant('2026-03-02T09:00:00.000Z').text, '02/03/2026 04:00');
});

test('the relative text counts in whole units, back and ahead', () => {
  const format = at('2026-03-02T09:00:00.000Z');
  const relative = (iso: string) => format.instant(iso).relative;
  assert.equal(relative('2026-03-02T09:00:00.400Z'), 'ahora');
  assert.equal(relative('2026-03-02T08:59:18.000Z'), 'hace 42 s');
  assert.equal(relative('2026-03-02T08:00:01.000Z'), 'hace 59 min');
  assert.equal(relative('2026-02-27T09:00:00.000Z'), 'hace 3 d');
  assert.equal(relative('2026-03-02T11:30:00.000Z'), 'dentro de 2 h');
});

test('nothing is shown for no instant, and text that is no instant is shown as it is', () => {
  const format = at('2026-03-02T09:00:00.000Z');
  assert.equal(format.instant(null), null);
  assert.equal(format.instant('mañana').text, 'mañana');
});

test('durations change unit as they grow', () => {
  const { duration } = at('2026-03-02T09:00:00.000Z');
  assert.deepEqual([0, 349.6, 4210, 59_950, 192_000, 7_500_000].map(duration), [
    '0 ms',
    '350 ms',
    '4,2 s',
    '60 s',
    '3 min 12 s',
    '2 h 5 min',
  ]);
  assert.equal(duration(Number.NaN), '—');
  assert.equal(duration(-1), '—');
});

test('today begins at midnight of the zone, also on the days the clocks change', () => {
  for (const [now, start] of [
    ['2026-03-02T22:59:59.000Z', '2026-03-01T23:00:00.000Z'],
    ['2026-03-02T23:00:00.000Z', '2026-03-02T23:00:00.000Z'],
    ['2026-03-29T12:00:00.000Z', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30T12:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25T12:00:00.000Z', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26T12:00:00.000Z', '2026-10-25T23:00:00.000Z'],
  ] as const)
    assert.equal(at(now).startOfToday(), start, now);
});

test('today never began in the future nor more than 25 hours ago, and its first instant is of the same day', () => {
  const instants = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(
      instants,
      fc.constantFrom('Europe/Madrid', 'UTC', 'Asia/Kathmandu', 'America/Bogota', 'Australia/Lord_Howe'),
      (now, zone) => {
        const format = createFormat(zone, { now: () => now });
        const start = format.startOfToday();
        const age = now.getTime() - Date.parse(start);
        assert.ok(age >= 0 && age <= 25 * 3_600_000, `${start} ${now.toISOString()}`);
        assert.equal(format.instant(start).text.slice(0, 10), format.instant(now.toISOString()).text.slice(0, 10));
        assert.match(format.instant(start).text, / 00:00$/);
      },
    ),
    { numRuns: 300 },
  );
});

test('the last days are those of the zone, also when the clocks change in between', () => {
  const format = createFormat('Europe/Madrid', { now: () => new Date('2026-03-30T09:00:00.000Z') });
  assert.deepEqual(format.lastDays(3), [
    { start: '2026-03-27T23:00:00.000Z', label: '28/03' },
    { start: '2026-03-28T23:00:00.000Z', label: '29/03' },
    { start: '2026-03-29T22:00:00.000Z', label: '30/03' },
  ]);
  assert.deepEqual([format.date(), format.date(2), format.date(-1)], ['2026-03-30', '2026-04-01', '2026-03-29']);
});
