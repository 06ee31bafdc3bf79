import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byId, holderOf } from '#server/gateways/origen/origen.ts';
import { deal, lowest } from '#server/recursos/deal.ts';

const anId = fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String);

test('the lowest ids are kept, each once, in order, whatever the order they come in', () => {
  fc.assert(
    fc.property(fc.array(anId, { maxLength: 400 }), fc.integer({ min: 0, max: 50 }), (ids, keep) => {
      const kept = lowest(keep);
      for (const id of ids) kept.offer(id);
      const expected = [...new Set(ids)].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)).slice(0, keep);
      assert.deepEqual(kept.ids(), expected);
    }),
  );
});

test('dealing takes the lowest of all hands, and never more than the cycle may claim', () => {
  const hand = fc.uniqueArray(anId, { maxLength: 30 });
  fc.assert(
    fc.property(hand, hand, fc.integer({ min: 0, max: 40 }), (first, second, most) => {
      const hands = [
        { to: 'a', ids: first },
        { to: 'b', ids: second.filter((id) => !first.includes(id)) },
      ];
      const dealt = deal(hands, most);
      const all = hands.flatMap(({ ids }) => ids).sort(byId);
      assert.deepEqual(
        dealt.map(({ id }) => id),
        all.slice(0, most),
      );
      for (const { id, to } of dealt) assert.ok(hands.find((one) => one.to === to)?.ids.includes(id));
    }),
  );
});

for (const [holding, holder] of [
  [{ texp: 1, estado: 0, usuario: 'us' }, 'ours'],
  [{ texp: 1, estado: 1, usuario: 'us' }, 'ours'],
  [{ texp: 1, estado: 2, usuario: 'us' }, 'other'],
  [{ texp: 1, estado: 0, usuario: 'them' }, 'other'],
  [{ texp: 1, estado: 0, usuario: '' }, 'other'],
  [{ texp: 2, estado: 0, usuario: 'us' }, 'free'],
  [{ texp: 3, estado: 0, usuario: 'them' }, 'free'],
  [{ texp: 2, estado: 1, usuario: '' }, 'other'],
  [{ texp: null, estado: null, usuario: '' }, 'other'],
  [undefined, 'gone'],
] as const)
  test(`${JSON.stringify(holding) ?? 'a missing row'} is ${holder}`, () => assert.equal(holderOf(holding, ' us '), holder));
