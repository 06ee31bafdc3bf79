import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loosened } from '#server/gateways/origen/like-loose.ts';
import { sqlLike } from '#server/lib/sql-like.ts';

test('what SQL Server is asked for is never less than what the pattern means', () => {
  const pattern = fc.string({ unit: fc.constantFrom(...'%_[]^-aXàÀé9 .\u0300'), maxLength: 10 });
  const value = fc.string({ unit: fc.constantFrom(...' \t\u00a0aXàÀé9.%_[]-^\u0300'), maxLength: 12 });
  fc.assert(
    fc.property(pattern, value, (like, text) => {
      if (!sqlLike(like)(text.trim())) return;
      const loose = loosened(like);
      assert.ok(loose === null || sqlLike(loose)(text.toUpperCase()), `${JSON.stringify(loose)} misses ${JSON.stringify(text)}`);
    }),
    { numRuns: 5000 },
  );
});

test('an accent written apart from its letter is one with it, and is left to the exact judgement', () => {
  assert.equal(loosened('La\u0300 BISBAL'), '%L% BISBAL%');
});
