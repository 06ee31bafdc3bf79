import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#server/lib/clock.ts';
import { createFormat } from '#server/lib/format.ts';
import { presentEnsayo, type Rehearsal } from '#server/organismos/ensayo.ts';

const none = { count: 0, samples: [] };
const rehearsal: Rehearsal = {
  ...{ seen: 0, known: 0, matches: none, rejected: [], overlaps: none, rivals: [], suspects: [], perCycle: 50, partial: false },
};
const verdict = (over: Partial<Rehearsal>) => {
  const { title, sentence, tone } = presentEnsayo({ ...rehearsal, ...over }, createFormat('Europe/Madrid', systemClock)).verdict;
  return [tone, title, sentence];
};
const some = (count: number) => ({ count, samples: [] });
const lost = (count: number) => [{ reason: 'otro_organismo' as const, sentence: '', ...some(count) }];

for (const [what, over, told] of [
  ['some', { seen: 40, matches: some(12) }, ['bien', 'Un ciclo reclamaría 12 de 40.', '']],
  [
    'some that others take',
    { seen: 40, matches: some(12), rejected: lost(3) },
    ['bien', 'Un ciclo reclamaría 12 de 40; 3 se los lleva otro organismo.', ''],
  ],
  [
    'more than fit in a cycle',
    { seen: 4000, matches: some(1200) },
    ['bien', 'Se reclamarían 1.200 de 4.000, 50 por ciclo como mucho.', ''],
  ],
  [
    'none, because they are known',
    { seen: 2, known: 2 },
    ['ojo', 'Un ciclo no reclamaría ninguno de 2.', '2 ya se conocen aquí y no se reclaman otra vez.'],
  ],
  [
    'what there was time to look at',
    { seen: 100_000, matches: some(1), partial: true },
    ['bien', 'Un ciclo reclamaría 1 de 100.000.', 'Solo se han mirado los primeros 100.000 de sus patrones: puede haber más.'],
  ],
] as const satisfies readonly (readonly [string, Partial<Rehearsal>, readonly string[]])[])
  test(`the verdict on ${what}: ${told[1]}`, () => {
    assert.deepEqual(verdict(over), told);
  });

test('a source without any of its patterns says what to look at', () => {
  assert.match(verdict({}).join(' '), /no reclamaría nada: el origen no tiene .* revise «Organismo en el origen»/);
});
