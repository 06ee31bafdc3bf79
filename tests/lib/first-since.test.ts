import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { firstSince } from '#server/lib/first-since.ts';

const at = (n: number): string => String(n).padStart(6, '0');

test('finds the first row that is not older, whatever keys are missing, in a few steps', () => {
  const rows = fc
    .uniqueArray(fc.integer({ min: 1, max: 5000 }), { maxLength: 60 })
    .map((keys) => keys.sort((a, b) => a - b).map((key, index) => ({ key, at: at(Math.floor(index / 2) * 10) })));
  fc.assert(
    fc.property(rows, fc.integer({ min: -5, max: 400 }), (table, when) => {
      let asked = 0;
      const instant = at(Math.max(0, when));
      const found = firstSince(instant, table.at(-1)?.key ?? 0, (key) => {
        asked += 1;
        return table.find((row) => row.key >= key);
      });
      const beyond = table.filter((row) => row.key >= found);
      assert.deepEqual(
        beyond,
        table.filter((row) => row.at >= instant),
      );
      assert.ok(asked <= 14);
    }),
  );
});
