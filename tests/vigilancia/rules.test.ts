import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLate, withoutSuccess } from '#server/vigilancia/rules.ts';

const minute = 60_000;

describe('a cycle is late', () => {
  const cases = [
    ['that rests no longer than it should', { running: false, period: 30_000, waited: 0 }, false],
    ['that should have begun a moment ago, on a machine that was asleep', { running: false, period: 30_000, waited: 2 * minute }, false],
    ['that should have begun long ago', { running: false, period: 30_000, waited: 6 * minute }, true],
    ['of a long period, before three of them', { running: false, period: 60 * minute, waited: 170 * minute }, false],
    ['of a long period, after three of them', { running: false, period: 60 * minute, waited: 190 * minute }, true],
    ['that has much to do', { running: true, period: 30_000, waited: 20 * minute }, false],
    ['that does not end', { running: true, period: 30_000, waited: 31 * minute }, true],
    ['that only runs when it is woken', { running: false, period: null, waited: 900 * minute }, false],
  ] as const;
  for (const [what, standing, late] of cases)
    test(`${late ? '' : 'not '}one ${what}`, () => assert.equal(isLate({ name: 'x', ...standing }), late));
});

describe('an organismo files nothing', () => {
  const since = '2026-03-02T09:00:00.000Z';
  const one = (siteId: string, lastFiled: string | null, firstFailed: string | null, lastFailed: string | null) => ({
    siteId,
    lastFiled,
    firstFailed,
    lastFailed,
  });
  const works = one('works', '2026-03-02T10:00:00.000Z', null, null);
  const told = (...all: Parameters<typeof withoutSuccess>[0]) => {
    const { stuck, nobody } = withoutSuccess(all, since);
    return nobody ? ['nobody'] : stuck.map(({ siteId }) => siteId);
  };

  test('when it has failed since before, and still does, while another files', () => {
    assert.deepEqual(told(works, one('stuck', null, '2026-03-02T08:00:00.000Z', '2026-03-02T10:00:00.000Z')), ['stuck']);
  });
  test('nobody, when none files and some have failed for so long; not where nothing is tried', () => {
    assert.deepEqual(told(one('stuck', null, '2026-03-02T08:00:00.000Z', '2026-03-02T10:00:00.000Z')), ['nobody']);
    assert.deepEqual(told(one('idle', null, null, null)), []);
  });
  test('not when it has only begun to fail, nor when nothing is tried any more', () => {
    assert.deepEqual(told(works, one('fresh', null, '2026-03-02T09:30:00.000Z', '2026-03-02T10:00:00.000Z')), []);
    assert.deepEqual(told(works, one('idle', null, '2026-03-01T08:00:00.000Z', '2026-03-01T10:00:00.000Z')), []);
  });
});
