import assert from 'node:assert/strict';
import test from 'node:test';
import { remember } from '#server/lib/remember.ts';

test('what was answered once is not worked out again, null included, until there is too much of it', () => {
  const asked: number[] = [];
  const half = remember((n: number) => {
    asked.push(n);
    return n % 2 === 0 ? n / 2 : null;
  }, 2);
  assert.deepEqual([4, 4, 3, 3].map(half), [2, 2, null, null]);
  assert.deepEqual(asked, [4, 3]);
  assert.deepEqual([6, 4].map(half), [3, 2]);
  assert.deepEqual(asked, [4, 3, 6, 4]);
});
