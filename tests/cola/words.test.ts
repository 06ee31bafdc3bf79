import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderDone } from '#server/cola/words.ts';

const said = (outcome: string): string => JSON.stringify(orderDone('devolver', {}, outcome));

test('whoever gives a recurso back is told what became of it: done, noted down, or ours no more', () => {
  assert.match(said('released'), /Cancelado y devuelto/);
  assert.match(said('ordered'), /pendiente.*cada ciclo se la vuelve a pedir/);
  assert.match(said('foreign'), /ya no estaba a nombre de Cerebro/);
});
