import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { closesItsSets, foldCase, likeAny, sqlLike } from '#server/lib/sql-like.ts';

const cases: [pattern: string, value: string, meets: boolean][] = [
  ['%XALOC%', 'Xaloc, Diputació de Girona', true],
  ['%xaloc%', 'XALOC DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ', true],
  ['%empordà', 'LA BISBAL D´EMPORDÀ', true],
  ['%emporda', 'LA BISBAL D´EMPORDÀ', false],
  ['BASE', 'BASE GESTION', false],
  ['BASE%', 'base gestion ingresos', true],
  ['%BASE GESTION%', 'BASE  GESTION', false],
  ['_ASE', 'base', true],
  ['_', '', false],
  ['_', '\u{1F600}', true],
  ['%', '', true],
  ['', '', true],
  ['', 'a', false],
  ['[bc]ase', 'CASE', true],
  ['[^bc]ase', 'case', false],
  ['[^bc]ase', 'VASE', true],
  ['[a-f]x', 'Dx', true],
  ['[a-f]x', 'gx', false],
  ['[a-f]x', 'éx', true],
  ['[0-9][0-9]', '42', true],
  ['[ñ]', 'Ñ', true],
  ['[n]', 'ñ', false],
  ['50[%]', '50%', true],
  ['50[%]', '500', false],
  ['a[_]b', 'a_b', true],
  ['a[_]b', 'axb', false],
  ['[[]x', '[x', true],
  [']x', ']x', true],
  ['[-a]', '-', true],
  ['[a-]', '-', true],
  ['a[', 'a[', false],
  ['[]', '[]', false],
  ['%a%b%', 'xaxbx', true],
  ['%a%b%', 'xbxax', false],
  ['%aba', 'ababa', true],
  ['ab%ab', 'ab', false],
  ['%[0-9]%MUL', 'exp 7 mul', true],
  ['%é%', 'Café', true],
  ['%ÇÀ%', 'braçà', true],
  ['%\\%', 'a\\b', true],
];

for (const [pattern, value, meets] of cases)
  test(`«${value}» ${meets ? 'meets' : 'does not meet'} LIKE '${pattern}'`, () => {
    assert.equal(sqlLike(pattern)(value), meets);
  });

test('any of several patterns is enough, and none of none is not', () => {
  assert.equal(likeAny(['%BASE%', '%XALOC%'])('XALOC'), true);
  assert.equal(likeAny(['%BASE%', '%XALOC%'])('MADRID'), false);
  assert.equal(likeAny([])(''), false);
});

test('a pattern tells whether its sets close', () => {
  assert.equal(closesItsSets('%[a-z]%'), true);
  assert.equal(closesItsSets('%[a-z%'), false);
});

test('folding never changes the number of characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(Array.from(foldCase(text)).length, Array.from(text.normalize('NFC')).length);
    }),
  );
});

/** The plain definition of LIKE, slow and obviously right. */
const slowLike = (pattern: string, value: string): boolean => {
  if (pattern === '') return value === '';
  const rest = pattern.slice(1);
  if (pattern[0] === '%') return slowLike(rest, value) || (value !== '' && slowLike(pattern, value.slice(1)));
  if (value === '') return false;
  return (pattern[0] === '_' || pattern[0] === value[0]) && slowLike(rest, value.slice(1));
};

test('agrees with the plain definition of LIKE', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_'), maxLength: 8 });
  const value = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 10 });
  fc.assert(
    fc.property(pattern, value, (p, v) => {
      assert.equal(sqlLike(p)(v), slowLike(p, v), `${v} LIKE ${p}`);
      assert.equal(sqlLike(p.replaceAll('a', '[a]'))(v), slowLike(p, v), `${v} LIKE ${p} with sets`);
    }),
    { numRuns: 2000 },
  );
});

test('a hostile pattern takes no longer than its length times the value', () => {
  const started = performance.now();
  assert.equal(sqlLike(`${'%a'.repeat(200)}%b`)('a'.repeat(4000)), false);
  assert.equal(sqlLike(`${'%_a'.repeat(150)}%b`)('a'.repeat(4000)), false);
  assert.ok(performance.now() - started < 2000);
});
