import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { allowedActions, allows, arrows, machineVerbs, next, personVerbs, type Status, statuses } from '#server/cola/transitions.ts';
import { WrongStateError } from '#server/lib/errors.ts';

const anyStatus = fc.constantFrom(...statuses);
const anyVerb = fc.constantFrom(...machineVerbs, ...personVerbs);

test('the drawing of the states and the code show the same arrows', () => {
  const drawing = readFileSync(join(import.meta.dirname, '../../docs/estados.md'), 'utf8');
  const drawn = [...drawing.matchAll(/^ {4}([a-z_]+) --> ([a-z_]+): ([a-z_]+)$/gm)].map(([, from, to, verb]) => `${from} ${verb} ${to}`);
  const coded = arrows().map((arrow) => arrow.join(' '));
  assert.ok(drawn.length > 0);
  assert.deepEqual(drawn.toSorted(), coded.toSorted());
});

test('the drawing tells for each status what a person can do, as the code allows it', () => {
  const drawing = readFileSync(join(import.meta.dirname, '../../docs/estados.md'), 'utf8');
  for (const status of statuses) {
    const told = new RegExp(`^\\| \`${status}\` *\\|[^|]*\\|([^|]*)\\|$`, 'm').exec(drawing)?.[1]?.trim() ?? '';
    const actions = told.startsWith('nada')
      ? []
      : told
          .replace(/\(.*\)/, '')
          .split(',')
          .map((word) => word.trim());
    assert.deepEqual(actions.toSorted(), [...allowedActions(status)].toSorted(), status);
  }
});

test('completed is never left', () => {
  fc.assert(fc.property(anyVerb, (verb) => assert.throws(() => next('completed', verb), WrongStateError)));
});

test('whatever is ordered and in whatever sequence, a completed trámite stays completed', () => {
  fc.assert(
    fc.property(fc.array(anyVerb, { maxLength: 40 }), (verbs) => {
      const walked = walk('pending', verbs);
      const first = walked.indexOf('completed');
      if (first >= 0) assert.ok(walked.slice(first).every((status) => status === 'completed'));
    }),
  );
});

test('from needs_review only a person leads out, or A360 that tells late that it was filed', () => {
  fc.assert(fc.property(fc.constantFrom(...machineVerbs), (verb) => assert.equal(allows('needs_review', verb), verb === 'learn')));
});

test('Cerebro by itself takes a trámite, or asks for it, only from pending, and ends it only from processing', () => {
  fc.assert(
    fc.property(anyStatus, fc.constantFrom(...machineVerbs), (status, verb) => {
      const from = { take: 'pending', ask: 'pending', learn: 'needs_review' }[verb as string] ?? 'processing';
      assert.equal(allows(status, verb), status === from);
    }),
  );
});

test('every status but completed has a way to a person: an action, or an end that has one', () => {
  for (const status of statuses) {
    if (status === 'completed') continue;
    const reachable = arrows()
      .filter(([from]) => from === status)
      .map(([, , to]) => to);
    const hasWay = allowedActions(status).length > 0 || reachable.some((to) => allowedActions(to).length > 0);
    assert.ok(hasWay, status);
  }
});

test('a refusal says in Spanish what was asked, where the trámite stands and where it would have to be', () => {
  assert.throws(
    () => next('completed', 'aprobar'),
    (error: unknown) =>
      error instanceof WrongStateError &&
      error.code === 'estado_no_permitido' &&
      error.message === 'No se puede aprobar un trámite que está «presentado»: tiene que estar «a la espera de confirmación».',
  );
});

test('the actions of each status are those of the contract', () => {
  const actions = Object.fromEntries(statuses.map((status) => [status, allowedActions(status)]));
  assert.deepEqual(actions, {
    pending: ['cancelar', 'devolver'],
    processing: [],
    awaiting_confirmation: ['aprobar', 'rechazar', 'cancelar', 'devolver'],
    completed: [],
    failed: ['reintentar', 'devolver'],
    needs_review: ['devolver', 'resolver'],
    cancelled: ['reintentar', 'devolver'],
  });
});

/** The statuses a trámite goes through under those orders, refused ones left out. */
const walk = (start: Status, verbs: readonly Parameters<typeof allows>[1][]): Status[] => {
  const seen = [start];
  for (const verb of verbs) {
    const now = seen.at(-1) as Status;
    if (allows(now, verb)) seen.push(next(now, verb));
  }
  return seen;
};
