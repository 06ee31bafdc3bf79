import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readBotInput } from '#server/robots/bot-input.ts';

const usual = { in_NumRepeticion: { type: 'NUMBER', number: '5' } };
const read = (value: unknown) => readBotInput(JSON.stringify(value), 5);

for (const blank of [null, '', '  \n'])
  test(`${JSON.stringify(blank)} is the usual number of repetitions, and no problem`, () => {
    assert.deepEqual(readBotInput(blank, 5), { input: usual, problems: [] });
  });

for (const wrong of ['{', 'hola', '[1]', '3', 'null', '"x"'])
  test(`${wrong} is the usual number of repetitions, and a problem that says why`, () => {
    const { input, problems } = readBotInput(wrong, 5);
    assert.deepEqual(input, usual);
    assert.match(problems.join(), /^Los parámetros (no son|deben ser un objeto) JSON/);
  });

test('an object without variables is a robot without input', () => {
  assert.deepEqual(read({}), { input: {}, problems: [] });
});

test('values in the shape of A360 stay as they are', () => {
  const given = {
    in_N: { type: 'NUMBER', number: '3' },
    in_S: { type: 'STRING', string: '' },
    in_B: { type: 'BOOLEAN', boolean: false },
    in_L: { type: 'LIST', list: [{ type: 'STRING', string: 'a' }] },
    in_D: { type: 'DICTIONARY', dictionary: [{ key: 'k', value: { type: 'NUMBER', number: '-1.50' } }] },
    in_F: { type: 'DATETIME', string: '2026-03-02T09:00:00Z' },
  };
  assert.deepEqual(read(given), { input: given, problems: [] });
});

test('plain values find their type', () => {
  assert.deepEqual(read({ in_X: 3, in_Y: 'txt', in_Z: true, in_L: [1, 'a'], in_D: { k: 0.5 } }).input, {
    in_X: { type: 'NUMBER', number: '3' },
    in_Y: { type: 'STRING', string: 'txt' },
    in_Z: { type: 'BOOLEAN', boolean: true },
    in_L: {
      type: 'LIST',
      list: [
        { type: 'NUMBER', number: '1' },
        { type: 'STRING', string: 'a' },
      ],
    },
    in_D: { type: 'DICTIONARY', dictionary: [{ key: 'k', value: { type: 'NUMBER', number: '0.5' } }] },
  });
});

test('a number may stand as a number under its type', () => {
  assert.deepEqual(read({ in_X: { type: 'NUMBER', number: 3 } }).input, { in_X: { type: 'NUMBER', number: '3' } });
});

const wrongValues: [why: string, value: unknown, problem: RegExp][] = [
  ['nothing at all', null, /no tiene valor/],
  ['a type nobody knows', { type: 'NUMER', number: '3' }, /«NUMER» no es un tipo de A360/],
  ['a number that is none', { type: 'NUMBER', number: 'tres' }, /debe haber un número/],
  ['a number too large to be kept whole', 2 ** 60, /no cabe como número/],
  ['a number that needs an exponent', 1e-9, /no cabe como número/],
  ['a boolean that is none', { type: 'BOOLEAN', boolean: 'sí' }, /true o false/],
  ['a list that is none', { type: 'LIST', list: 'a' }, /debe haber una lista/],
  ['a dictionary entry without key', { type: 'DICTIONARY', dictionary: [{ value: 1 }] }, /le falta «key»/],
  ['a date that is none', { type: 'DATETIME', string: 'mañana' }, /«mañana» no es una fecha/],
  ['a text that is none', { type: 'STRING', string: 3 }, /debe haber un texto/],
  ['what is nested without end', JSON.parse('['.repeat(50) + ']'.repeat(50)), /más de 20 niveles/],
];
for (const [why, value, problem] of wrongValues)
  test(`${why} is told with the name of its variable, and the others stay`, () => {
    const { input, problems } = read({ in_Mal: value, in_Bien: 1 });
    assert.deepEqual(input, { in_Bien: { type: 'NUMBER', number: '1' } });
    assert.equal(problems.length, 1);
    assert.match(problems[0] as string, /^«in_Mal»: /);
    assert.match(problems[0] as string, problem);
  });

test('whatever stands there, it never throws, and what was read reads the same again', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const { input } = readBotInput(text, 5);
        assert.deepEqual(readBotInput(JSON.stringify(input), 5), { input, problems: [] });
      },
    ),
    { numRuns: 500 },
  );
});

test('every variable is either given or told about', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^\w+$/), fc.jsonValue()), (given) => {
      const { input, problems } = read(given);
      assert.equal(Object.keys(input).length + problems.length, Object.keys(JSON.parse(JSON.stringify(given))).length);
    }),
  );
});
