import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, type Ending, estadoOf, type Reached, restAfter, withinLimit } from '#server/ejecuciones/rules.ts';

const slug = fc.stringMatching(/^[a-z_]{3,12}$/);
const result = fc.record({
  numero: fc.string({ minLength: 1 }),
  fecha: fc.string({ minLength: 1 }),
  recibo: fc.record({ file: fc.constant('r.pdf'), bytes: fc.nat(), sha256: fc.string() }),
});
const failed = fc.record({
  kind: fc.constant('failed' as const),
  code: slug,
  message: fc.string(),
  transient: fc.boolean(),
  doubtful: fc.boolean(),
});
const outcome = fc.oneof(
  fc.record({ kind: fc.constant('submitted' as const), result }),
  fc.constant({ kind: 'awaiting' as const }),
  fc.constant({ kind: 'stopped' as const }),
  failed,
);
const ending: fc.Arbitrary<Ending> = fc.oneof(
  fc.record({ kind: fc.constant('outcome' as const), outcome }),
  fc.record({ kind: fc.constant('refused' as const), code: slug, message: fc.string(), transient: fc.boolean() }),
  fc.constant({ kind: 'prepared' as const }),
  fc.record({ kind: fc.constant('died' as const), code: slug, message: fc.string() }),
  fc.record({ kind: fc.constant('interrupted' as const), code: slug, message: fc.string() }),
);
const reached = (...fases: Reached['fase'][]): fc.Arbitrary<Reached> =>
  fc.record({ fase: fc.constantFrom(...fases), result: fc.option(result), receiptVerified: fc.boolean() });

test('from submitting on nothing repeats by itself, however the attempt ended', () => {
  fc.assert(
    fc.property(ending, reached('submitting', 'submitted'), (how, far) => {
      assert.ok(['complete', 'doubt'].includes(decide(how, far).verb));
    }),
  );
});

test('only a submission that ended, with its verified receipt, completes a trámite', () => {
  fc.assert(
    fc.property(ending, reached('preparing', 'ready', 'submitting', 'submitted'), (how, far) => {
      const completes = far.fase === 'submitted' && far.result !== null && far.receiptVerified;
      assert.equal(decide(how, far).verb === 'complete', completes);
    }),
  );
});

test('a failure that says it is doubtful never repeats by itself, whatever the disk says', () => {
  fc.assert(
    fc.property(failed, reached('preparing', 'ready', 'submitting', 'submitted'), (how, far) => {
      const { verb } = decide({ kind: 'outcome', outcome: { ...how, doubtful: true } }, far);
      assert.ok(verb === 'doubt' || verb === 'complete');
    }),
  );
});

test('an orphan whose submission had not begun goes back without counting as a failure, and never fails', () => {
  fc.assert(
    fc.property(reached('preparing', 'ready'), slug, (far, code) => {
      const decision = decide({ kind: 'interrupted', code, message: '' }, far);
      assert.deepEqual([decision.verb, 'counts' in decision && decision.counts], ['requeue', false]);
    }),
  );
});

test('a transient failure goes back and counts; a business failure is final', () => {
  fc.assert(
    fc.property(failed, reached('preparing', 'ready'), (how, far) => {
      const decision = decide({ kind: 'outcome', outcome: { ...how, doubtful: false } }, far);
      assert.equal(decision.verb, how.transient ? 'requeue' : 'fail');
      if (decision.verb === 'requeue') assert.ok(decision.counts);
    }),
  );
});

test('a robot that says it filed but wrote nothing down sends the trámite to a person', () => {
  const far: Reached = { fase: 'ready', result: null, receiptVerified: false };
  const said = { numero: '1', fecha: 'x', recibo: { file: 'r.pdf', bytes: 1, sha256: 'x' } };
  assert.equal(decide({ kind: 'outcome', outcome: { kind: 'submitted', result: said } }, far).verb, 'doubt');
});

test('the limit of transient failures is reached by the failure that completes it, and touches nothing else', () => {
  const again = { verb: 'requeue', counts: true, code: 'portal_lento', message: 'No contestó.' } as const;
  assert.equal(withinLimit(again, 2, 4).verb, 'requeue');
  assert.equal(withinLimit(again, 3, 4).verb, 'fail');
  assert.equal(withinLimit(again, 0, 1).verb, 'fail');
  assert.equal(withinLimit({ ...again, counts: false }, 99, 1).verb, 'requeue');
  assert.equal(withinLimit({ verb: 'doubt', code: 'x', message: '' }, 99, 1).verb, 'doubt');
});

test('the rest doubles with each failure, within a fifth, and never passes a day by more than that', () => {
  assert.deepEqual(
    [1, 2, 3, 4].map((n) => restAfter(n, 30, 0.5)),
    [30_000, 60_000, 120_000, 240_000],
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 86_400 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, base, random) => {
        const rest = restAfter(n, base, random);
        assert.ok(rest >= 800 && rest <= 1.2 * 24 * 3600 * 1000 + 1);
      },
    ),
  );
});

test('the closed ejecución says how it ended in words of A360', () => {
  const far: Reached = { fase: 'ready', result: null, receiptVerified: false };
  const closed = (how: Ending) => estadoOf(how, decide(how, far));
  assert.equal(closed({ kind: 'prepared' }), 'COMPLETED');
  assert.equal(closed({ kind: 'outcome', outcome: { kind: 'awaiting' } }), 'COMPLETED');
  assert.equal(closed({ kind: 'outcome', outcome: { kind: 'stopped' } }), 'RUN_ABORTED');
  assert.equal(closed({ kind: 'interrupted', code: 'parada', message: '' }), 'RUN_ABORTED');
  assert.equal(closed({ kind: 'died', code: 'hilo_terminado', message: '' }), 'RUN_ABORTED');
  assert.equal(closed({ kind: 'died', code: 'intento_caducado', message: '' }), 'RUN_TIMED_OUT');
  assert.equal(closed({ kind: 'refused', code: 'x', message: '', transient: true }), 'RUN_FAILED');
});
