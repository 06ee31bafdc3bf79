import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseMotive, composeMotive, phases, replacePlaceholders, unfinished } from '#workers/robots/xaloc_girona/motives.ts';

const chosen = (phase: string): string | undefined => phases.find(({ motive }) => motive === chooseMotive(phase))?.name;

test('each phase of the procedure has its own text', () => {
  for (const { name } of phases) assert.equal(chosen(name), name);
  assert.deepEqual(phases.map(({ name }) => name).toSorted(), [
    'apremio',
    'denuncia',
    'embargo',
    'extraordinario de revision',
    'identificacion',
    'propuesta de resolucion',
    'reclamaciones',
    'requerimiento embargo',
    'sancion',
    'subsanacion',
  ]);
});

test('accents, case and blanks do not hide a phase', () => {
  assert.equal(chosen('  IDENTIFICACIÓN  '), 'identificacion');
  assert.equal(chosen('Propuesta   de\tResolución'), 'propuesta de resolucion');
  assert.equal(chosen('extraordinario de revisión'), 'extraordinario de revision');
  assert.equal(chosen('Sanciones'), 'sancion');
});

test('a requerimiento de embargo is not taken for an embargo', () => {
  assert.equal(chosen('requerimiento embargo'), 'requerimiento embargo');
  assert.equal(chosen('Requerimiento de Embargo'), 'requerimiento embargo');
  assert.equal(chosen('diligencia de embargo'), 'embargo');
});

test('a reclamación has its text in singular and in plural', () => {
  assert.equal(chosen('reclamacion'), 'reclamaciones');
  assert.equal(chosen('Reclamaciones'), 'reclamaciones');
});

test('a propuesta de resolución sancionadora is a propuesta', () => {
  assert.equal(chosen('propuesta de resolución sancionadora'), 'propuesta de resolucion');
  assert.equal(chosen('resolución sancionadora'), 'sancion');
});

test('a phase inside another word is no phase', () => {
  assert.equal(chooseMotive('desembargo'), null);
  assert.equal(chooseMotive('autodenunciante'), null);
});

test('what no key names has no text, and never a default one', () => {
  for (const phase of ['', '   ', 'archivo', '...', '{expediente}']) assert.equal(chooseMotive(phase), null, phase);
});

test('both placeholders are replaced in the three parts', () => {
  const values = { expediente: '2025/160585-MUL', sujeto_recurso: 'EXEMPLE SL' };
  for (const { motive, name } of phases) {
    const paragraphs = composeMotive(motive, values);
    assert.deepEqual(
      paragraphs.map((text) => text.split(':')[0]),
      ['ASUNTO', 'EXPONE', 'SOLICITA'],
    );
    for (const text of paragraphs) assert.ok(text.includes('2025/160585-MUL') && !unfinished(text), `${name}: ${text}`);
  }
});

test('a value goes in as it is, whatever it means to a replacer', () => {
  assert.equal(replacePlaceholders('{a}-{a}', { a: "$& $1 $'" }), "$& $1 $'-$& $1 $'");
  fc.assert(fc.property(fc.string({ minLength: 1 }), (value) => replacePlaceholders('[{a}]', { a: value }) === `[${value}]`));
});

test('a placeholder without a value, a brace or filler leaves the text unfinished', () => {
  assert.ok(unfinished(replacePlaceholders('{expediente} {otro}', { expediente: '1' })));
  assert.ok(unfinished(replacePlaceholders('{expediente}', { expediente: '' })));
  for (const text of ['EXPONE: ...', 'EXPONE: …', '}', 'a {b']) assert.ok(unfinished(text), text);
  assert.ok(!unfinished('EXPONE: todo. Y más.'));
});
