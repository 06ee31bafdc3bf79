import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compileFullMatch } from '#server/lib/full-match.ts';
import { createShapeTally, patternOf, type ShapeCount, shapeOf, suspectsAmong } from '#server/organismos/shapes.ts';

/** What the expression of `pattern` takes and leaves of those values, told by shape. */
const suspectsOf = (pattern: string, values: readonly string[]) => {
  const accepts = compileFullMatch(pattern);
  assert.ok(accepts);
  const tally = createShapeTally();
  for (const value of values) tally.take(value, accepts(value));
  return tally.suspects().map(({ shape, count, likeness, pattern: offered }) => ({ shape, count, likeness, offered }));
};

const many = (make: (n: number) => string, count = 40): string[] => Array.from({ length: count }, (_, n) => make(n));
const xaloc = many((n) => `2025/${160585 + n}-MUL`);

test("the seed's own expression is caught rejecting the example of the design, alone or among many", () => {
  const seed = '^.{3}/.{6}-MUL$';
  const told = { shape: '9999/999999-AAA', offered: '^\\d{4}/\\d{6}-MUL$' };
  assert.deepEqual(suspectsOf(seed, ['2025/160585-MUL']), [{ ...told, count: 1, likeness: 'ninguno' }]);
  assert.deepEqual(suspectsOf(seed, ['025/160585-MUL', '2025/160585-MUL']), [{ ...told, count: 1, likeness: 'cifras' }]);
  assert.deepEqual(suspectsOf(seed, [...xaloc, '025/160585-MUL']), [{ ...told, count: 40, likeness: 'cifras' }]);
});

for (const [value, likeness] of [
  ['2026/400-MUL', 'cifras'],
  ['2025/219303-SAD', 'forma'],
  ['2026/12345', 'final'],
  ['2025/243792-MU', 'final'],
  ['2023/00177887', 'final'],
  ['2026-11504-MUL', 'escritura'],
  ['2025/160 585-mul', 'escritura'],
] as const)
  test(`among 40 like 2025/160585-MUL, ${value} looks right: ${likeness}`, () => {
    assert.deepEqual(
      suspectsOf('^\\d{4}/\\d{6}-MUL$', [...xaloc, value]).map((one) => one.likeness),
      [likeness],
    );
  });

test('a shape of its own is told when many share it, and not when it stands alone among many', () => {
  const others = many((n) => `17/${1000000 + n}-${n % 10}`, 10);
  assert.deepEqual(
    suspectsOf('^\\d{4}/\\d{6}-MUL$', [...xaloc, ...others]).map(({ shape, count, likeness }) => [shape, count, likeness]),
    [['99/9999999-9', 10, 'frecuente']],
  );
  assert.deepEqual(suspectsOf('^\\d{4}/\\d{6}-MUL$', [...xaloc, 'NT/12345678/1234/123456789']), []);
});

test('what has no digit never looks right, not even when nothing else is there', () => {
  assert.deepEqual(suspectsOf('^\\d+$', ['SIN NUMERO', 'pendiente', '-']), []);
});

test('nothing is told when nothing is rejected', () => {
  assert.deepEqual(suspectsOf('.*', xaloc), []);
});

test('the most frequent shapes come first, and six are enough', () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((length) => many(() => '1'.repeat(length), length * 10));
  const told = suspectsOf('^x$', values);
  assert.deepEqual(
    told.map(({ count }) => count),
    [80, 70, 60, 50, 40, 30],
  );
});

test('a tally keeps no more shapes than it may, and goes on counting those it knows', () => {
  const tally = createShapeTally(2);
  for (const value of ['1', '22', '333', '2', '44']) tally.take(value, false);
  assert.deepEqual(
    tally.suspects().map(({ shape, count }) => [shape, count]),
    [
      ['9', 2],
      ['99', 2],
    ],
  );
});

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });

describe('whatever the expedientes are', () => {
  test('the expression offered for one accepts it, and any other with other digits', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 9 }), (value, digit) => {
        const accepts = compileFullMatch(patternOf(value));
        assert.ok(accepts, patternOf(value));
        assert.ok(accepts(value), patternOf(value));
        assert.ok(accepts(value.replace(/[0-9]/g, String(digit))));
      }),
    );
  });

  test('a shape is the shape of itself, as long as what it tells of', () => {
    fc.assert(
      fc.property(text, (value) => {
        const shape = shapeOf(value);
        assert.equal(shapeOf(shape), shape);
        assert.equal([...shape].length, [...value].length);
      }),
    );
  });

  test('only rejected shapes are suspects, each once, and never more than there are', () => {
    const counts = (prefix: string) =>
      fc
        .uniqueArray(text, { selector: shapeOf })
        .chain((examples) =>
          fc.tuple(
            ...examples.map((example) =>
              fc.record({ shape: fc.constant(shapeOf(example)), count: fc.nat(50), example: fc.constant(prefix + example) }),
            ),
          ),
        );
    fc.assert(
      fc.property(counts('a'), counts('r'), (accepted, rejected) => {
        const told: readonly ShapeCount[] = suspectsAmong(accepted, rejected);
        assert.equal(new Set(told.map(({ shape }) => shape)).size, told.length);
        for (const one of told) assert.ok(rejected.some(({ shape, count }) => shape === one.shape && count === one.count));
      }),
    );
  });
});
