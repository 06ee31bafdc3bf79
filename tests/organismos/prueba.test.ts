import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#server/lib/clock.ts';
import { createFormat } from '#server/lib/format.ts';
import { presentPrueba, readTrial } from '#server/organismos/prueba.ts';

const form = {
  query_organisme: '%REUS%',
  filtro_texp: '2',
  regex_expediente: '^\\d{4}/\\d+$',
  url_template: 'https://x.example/{expediente}',
};
const row = { id: 4, site_id: 'reus', ...form, modo: 'aprobar', prioridad: 7, active: 0, solo_sin_asignar: 0 };
const format = createFormat('Europe/Madrid', systemClock);
const shown = (typed: Record<string, string>) => presentPrueba(readTrial(null, typed), null, '', format);

test('a new one can be tried before it has a name, and comes after everybody of its priority', () => {
  const { organismo, problems } = readTrial(null, form);
  assert.deepEqual([organismo?.prioridad, organismo?.id, problems], [100, Number.MAX_SAFE_INTEGER, []]);
});

test('a new one is not told off for what is still to be written', () => {
  const { organismo, problems, missing } = readTrial(null, { ...form, filtro_texp: '', regex_expediente: ' ' });
  assert.deepEqual([organismo, problems, missing], [null, [], ['Filtro de TExp', 'Expresión regular del expediente']]);
});

test('one that exists is tried with what is typed over what is stored', () => {
  const { organismo } = readTrial(row, { filtro_texp: '3' });
  assert.deepEqual([organismo?.id, organismo?.rule.texp, organismo?.rule.patterns, organismo?.prioridad], [4, [3], ['%REUS%'], 7]);
});

for (const [field, value] of [
  ['query_organisme', ''],
  ['filtro_texp', '2;3'],
  ['filtro_texp', '1,2'],
  ['regex_expediente', '('],
  ['regex_expediente', ' '],
  ['solo_sin_asignar', 'quizás'],
] as const)
  test(`with ${field} = «${value}» there is nothing to try yet, and why is told`, () => {
    const { organismo, problems } = readTrial(row, { [field]: value });
    assert.equal(organismo, null);
    assert.equal(problems.length, 1);
    assert.match(problems[0] as string, /no es válid[oa]/);
  });

for (const [field, value] of [
  ['url_template', 'http://x/{otra}'],
  ['url_template', 'http://x/?_token=a'],
  ['prioridad', 'alta'],
  ['modo', 'todo'],
  ['limite_por_ciclo', '-1'],
  ['url_inicio', 'ftp://x'],
] as const)
  test(`a wrong ${field} («${value}») judges nothing: it is told, and the rest is tried`, () => {
    const { organismo, problems } = readTrial(row, { [field]: value });
    assert.ok(organismo);
    assert.equal(problems.length, 1);
  });

test('without the source the expression is tried on the example of the design, and the link is built for it', () => {
  assert.deepEqual(shown(form).examples, [{ value: '2025/160585-MUL', accepted: false }]);
  assert.deepEqual(shown({ ...form, regex_expediente: '.+' }).examples, [{ value: '2025/160585-MUL', accepted: true }]);
  assert.deepEqual(shown(form).link, { url: 'https://x.example/2025%2F160585-MUL', of: '2025/160585-MUL' });
});

test('an expression nobody can read, and no template, show neither examples nor link', () => {
  const { examples, link, problems } = shown({ ...form, regex_expediente: '((', url_template: '' });
  assert.deepEqual([examples, link, problems.length], [[], null, 1]);
});
