import assert from 'node:assert/strict';
import test from 'node:test';
import { actionWords, entityWords, wordOf } from '#server/auditoria/words.ts';
import { personVerbs } from '#server/cola/transitions.ts';
import { filesOf, textOf } from './project.ts';

const writers = filesOf('.ts')
  .filter((path) => path.startsWith('server/') && !path.startsWith('server/demo/'))
  .map(textOf)
  .filter((text) => /\baudit\(/.test(text));

/** Words written out as that property, or chosen between two by a condition, where the book is written. */
const written = (name: string): string[] =>
  writers.flatMap((text) => [
    ...[...text.matchAll(new RegExp(`\\b${name}: '(\\w+)'`, 'g'))].map((match) => match[1] as string),
    ...[...text.matchAll(new RegExp(`\\b${name}\\b[^\\n]*\\? '(\\w+)' : '(\\w+)'`, 'g'))].flatMap((match) => match.slice(1) as string[]),
  ]);

const actions = new Set([...written('accion'), ...personVerbs.map((verb) => (verb.startsWith('resolver') ? 'resolver' : verb))]);

test('every action a person may be written down for has its word in server/auditoria/words.ts', () => {
  assert.ok(actions.size >= 12);
  assert.deepEqual(
    [...actions].filter((action) => !(action in actionWords)),
    [],
  );
});

test('every thing it is done with has its word there too', () => {
  assert.deepEqual(
    [...new Set(written('entidad'))].filter((entity) => !(entity in entityWords)),
    [],
  );
});

test('no word is there for what nobody does', () => {
  assert.deepEqual(
    Object.keys(actionWords).filter((word) => !actions.has(word)),
    [],
  );
});

test('an action of another version is told by its name rather than lost', () => {
  assert.equal(wordOf(actionWords, 'mover_cosas'), 'Mover cosas');
});
