import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import fc from 'fast-check';
import type { BotValue } from '#server/gateways/a360/a360.ts';
import { readColumns } from '#server/robots/fields.ts';
import { botInputOfRows, rowsOfBotInput, textOfValue, valueOfText } from '#server/robots/shapes.ts';

const string = (text: string): BotValue => ({ type: 'STRING', string: text });

describe('what is typed for a variable', () => {
  for (const [type, text, value] of [
    ['STRING', 'hola', string('hola')],
    ['NUMBER', ' -1.5 ', { type: 'NUMBER', number: '-1.5' }],
    ['BOOLEAN', 'Sí', { type: 'BOOLEAN', boolean: true }],
    ['DATETIME', '2026-03-02T09:00:00Z', { type: 'DATETIME', string: '2026-03-02T09:00:00Z' }],
    ['LIST', 'uno\r\n\r\ndos', { type: 'LIST', list: [string('uno'), string('dos')] }],
    ['LIST', '[{"type":"NUMBER","number":"3"}]', { type: 'LIST', list: [{ type: 'NUMBER', number: '3' }] }],
    [
      'LIST',
      '[1, true]',
      {
        type: 'LIST',
        list: [
          { type: 'NUMBER', number: '1' },
          { type: 'BOOLEAN', boolean: true },
        ],
      },
    ],
    [
      'DICTIONARY',
      'a=1\nb=x=y',
      {
        type: 'DICTIONARY',
        dictionary: [
          { key: 'a', value: string('1') },
          { key: 'b', value: string('x=y') },
        ],
      },
    ],
  ] as const)
    test(`«${text.replaceAll(/\s+/g, ' ')}» is a ${type}`, () => {
      assert.deepEqual(valueOfText(type, text), { ok: true, value });
    });

  for (const [type, text, reason] of [
    ['NUMBER', 'tres', /número/],
    ['NUMBER', '', /número/],
    ['BOOLEAN', 'quizá', /sí o no/],
    ['DATETIME', '31/12/2026', /fecha/],
    ['DATETIME', '2026-13-40', /fecha/],
    ['LIST', '[null]', /no tiene valor/],
    ['LIST', '[1', /debe haber una lista/],
    ['DICTIONARY', 'sin igual', /clave=valor/],
  ] as const)
    test(`«${text}» is no ${type}`, () => {
      const read = valueOfText(type, text);
      assert.match(read.ok ? '' : read.reason, reason);
    });
});

test('rows become the shape of A360; blank ones do not count, and problems name their row', () => {
  const row = (nombre: string, tipo: string, valor: string) => ({ nombre, tipo, valor });
  const { input, problems } = botInputOfRows([
    row('in_X', 'NUMBER', '3'),
    row('', 'STRING', ' '),
    row('in_X', 'STRING', 'a'),
    row('1 x', 'STRING', 'a'),
  ]);
  assert.deepEqual(input, { in_X: { type: 'NUMBER', number: '3' } });
  assert.deepEqual([...problems.keys()], [2, 3]);
  assert.equal(botInputOfRows([]).input, null);
});

for (const [json, reason] of [
  ['{"in_X": null}', /«in_X»: no tiene valor/],
  ['{"in_X": {"type":"TEXT","string":"a"}}', /STRING, NUMBER/],
  ['{"in_X": {"type":"NUMBER","number":"tres"}}', /en «number» debe haber un número/],
  ['{"in X": {"type":"STRING","string":"a"}}', /no puede ser el nombre/],
  ['[1]', /objeto JSON/],
  ['{', /no son JSON/],
] as const)
  test(`${json} is refused by the form`, () => {
    assert.match(readColumns('a360', { parametros: json }).problems.parametros ?? '', reason);
  });

for (const [json, stored] of [
  ['{"in_X": 3}', '{"in_X":{"type":"NUMBER","number":"3"}}'],
  ['{"in_X": {"type":"NUMBER","number":3}}', '{"in_X":{"type":"NUMBER","number":"3"}}'],
  ['{}', '{}'],
  [' ', null],
] as const)
  test(`${json} is stored in the shape of A360`, () => {
    assert.deepEqual(readColumns('a360', { parametros: json }), { columns: { parametros: stored }, problems: {} });
  });

const leaf: fc.Arbitrary<BotValue> = fc.oneof(
  fc.string().map(string),
  fc.integer().map((n): BotValue => ({ type: 'NUMBER', number: String(n) })),
  fc.boolean().map((boolean): BotValue => ({ type: 'BOOLEAN', boolean })),
);
const pairs = fc.array(fc.record({ key: fc.string(), value: leaf }, { noNullPrototype: true }), { maxLength: 4 });
const any: fc.Arbitrary<BotValue> = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 4 }).map((list): BotValue => ({ type: 'LIST', list })),
  pairs.map((dictionary): BotValue => ({ type: 'DICTIONARY', dictionary })),
);

test('whatever is stored comes back from its row of the editor as it was', () => {
  fc.assert(
    fc.property(any, (value) => {
      if (value.type === 'STRING') fc.pre(!value.string.includes('\r\n'));
      assert.deepEqual(valueOfText(value.type, textOfValue(value)), { ok: true, value });
    }),
  );
  assert.deepEqual(rowsOfBotInput({ in_X: { type: 'NUMBER', number: '3' } }), [{ nombre: 'in_X', tipo: 'NUMBER', valor: '3' }]);
});
