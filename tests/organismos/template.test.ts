import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildLink, templateProblem } from '#server/organismos/template.ts';

const values = { expediente: '2025/160585-MUL', idRecurso: '90001' };
const url = (template: string | null, over = {}) => buildLink(template, { ...values, ...over }).url;

test('every placeholder is filled, percent-encoded, every time', () => {
  assert.equal(
    url('http://x/{idRecurso}?e={expediente}&again={expediente}#{idRecurso}'),
    'http://x/90001?e=2025%2F160585-MUL&again=2025%2F160585-MUL#90001',
  );
});

test('an expediente with signs that mean something elsewhere is only text', () => {
  assert.equal(
    url('http://x/?e={expediente}', { expediente: "$&$1$` '{idRecurso}&a=b#c" }),
    `http://x/?e=${encodeURIComponent("$&$1$` '{idRecurso}&a=b#c")}`,
  );
});

test('half a surrogate pair breaks nothing', () => {
  assert.equal(url('http://x/?e={expediente}', { expediente: 'a\ud800' }), 'http://x/?e=a%EF%BF%BD');
});

for (const nothing of [null, '', '   '])
  test(`a template ${JSON.stringify(nothing)} means no link`, () => assert.equal(url(nothing), null));

const tokens: [template: string, link: string][] = [
  ['http://x/t?_token=abc&FAlta=&Expedient={expediente}#', 'http://x/t?FAlta=&Expedient=2025%2F160585-MUL#'],
  ['http://x/t?FAlta=&_token=abc', 'http://x/t?FAlta='],
  ['http://x/t?_token=abc', 'http://x/t'],
  ['http://x/t?_TOKEN=abc&a=1&%5Ftoken=d', 'http://x/t?a=1'],
  ['http://x/t?_token={expediente}&a=1', 'http://x/t?a=1'],
  ['http://x/t?a=1#_token=abc&b=2', 'http://x/t?a=1#b=2'],
  ['http://x/t?%5f%74oken=abc&a=1', 'http://x/t?a=1'],
  ['http://x/t?_token[]=abc&a=1', 'http://x/t?a=1'],
  ['http://x/t?a=1;_token=abc', 'http://x/t?a=1'],
  ['http://x/t?a=1;b=2', 'http://x/t?a=1;b=2'],
  ['http://x/t?my_token=abc&_tokens=1', 'http://x/t?my_token=abc&_tokens=1'],
];
for (const [template, link] of tokens) test(`${template} becomes ${link}`, () => assert.equal(url(template), link));

test('what was dropped is told', () => {
  assert.deepEqual(buildLink('http://x/?_token=abc&a=1', values).dropped, ['_token']);
  assert.deepEqual(buildLink('http://x/?a=1', values).dropped, []);
});

for (const template of [
  'http://x/{otra}',
  'https://x/{expediente}/{EXPEDIENTE}',
  'http://x/{ expediente }',
  'mailto:{expediente}',
  'http://{expediente}/x',
  '{expediente}',
])
  test(`«${template}» has a problem`, () => assert.match(templateProblem(template) ?? '', /no es válida/));

for (const template of ['', 'http://.../telematicos?Expedient={expediente}', 'https://x/?q={"a":1', 'http://x/a}b{'])
  test(`«${template}» has none`, () => assert.equal(templateProblem(template), null));

test('whatever the expediente, the link is an address whose query gives it back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (expediente) => {
      const link = new URL(url('http://x/p?a=1&e={expediente}&b=2', { expediente }) as string);
      assert.deepEqual(
        [...link.searchParams],
        [
          ['a', '1'],
          ['e', expediente.toWellFormed()],
          ['b', '2'],
        ],
      );
    }),
  );
});
