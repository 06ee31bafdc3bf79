import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { csvLine } from '#server/lib/csv.ts';

/** A plain reader of one line, as a spreadsheet has one. */
const read = (line: string): string[] =>
  [...`;${line.slice(0, -2)}`.matchAll(/;("(?:[^"]|"")*"|[^;]*)/g)].map(([, cell = '']) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );

test('values stand between semicolons, and a line ends as Windows ends it', () => {
  assert.equal(csvLine(['2025/1-MUL', 7, null, undefined]), '2025/1-MUL;7;;\r\n');
});

test('what would break the line is quoted', () => {
  assert.equal(csvLine(['a;b', 'dice "no"', 'dos\nlíneas']), '"a;b";"dice ""no""";"dos\nlíneas"\r\n');
});

for (const first of ['=', '+', '-', '@', '\t', '\r'])
  test(`a value that begins with ${JSON.stringify(first)} is no formula`, () => {
    assert.match(csvLine([`${first}1+1`]), /^"?'/);
  });

test('whatever is written is read again, but for the apostrophe before a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), (values) => {
      const expected = values.map((value) => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value));
      assert.deepEqual(read(csvLine(values)), expected);
    }),
  );
});
