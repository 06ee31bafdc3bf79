import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { cutPage, type PageKey, parsePageKey } from '#server/lib/page.ts';

/** What a query would bring: rows of `ids` in the order the key walks, one more than the page holds. */
const fetchPage = (ids: readonly number[], key: PageKey | null, size: number) => {
  const older = key?.older ?? true;
  const sorted = [...ids].sort((a, b) => (older ? b - a : a - b));
  const cut = key === null ? sorted : sorted.filter((id) => (older ? id < key.id : id > key.id));
  return cutPage(
    cut.slice(0, size + 1).map((id) => ({ id })),
    key,
    size,
  );
};

const someIds = fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 60 });

test('walking the older pages shows every row once, the newest first', () => {
  fc.assert(
    fc.property(someIds, fc.integer({ min: 1, max: 7 }), (ids, size) => {
      const seen: number[] = [];
      for (let key: PageKey | null = null, more = true; more; ) {
        const page = fetchPage(ids, key, size);
        seen.push(...page.rows.map((row) => row.id));
        key = parsePageKey(page.olderKey);
        more = key !== null;
      }
      assert.deepEqual(
        seen,
        [...ids].sort((a, b) => b - a),
      );
    }),
  );
});

test('going to a newer page and back to the older one arrives at the same rows', () => {
  fc.assert(
    fc.property(someIds, fc.integer({ min: 1, max: 7 }), (ids, size) => {
      const second = fetchPage(ids, parsePageKey(fetchPage(ids, null, size).olderKey), size);
      if (second.rows.length === 0 || second.newerKey === null) return;
      const first = fetchPage(ids, parsePageKey(second.newerKey), size);
      const again = fetchPage(ids, parsePageKey(first.olderKey), size);
      assert.deepEqual(again.rows, second.rows);
    }),
  );
});

test('whatever text comes as a page is a key of ours or the first page', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.integer(), fc.constant(undefined)), (text) => {
      const key = parsePageKey(text);
      assert.ok(key === null || (Number.isSafeInteger(key.id) && key.id >= 0));
    }),
  );
});
