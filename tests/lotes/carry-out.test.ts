import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { BulkAction } from '#server/cola/rules.ts';
import { tell } from '#server/historial/sentences.ts';
import { createBackground } from '#server/lotes/background.ts';
import { beginLote } from '#server/lotes/begin.ts';
import { carryOutLote } from '#server/lotes/carry-out.ts';
import { choose } from '#server/lotes/choose.ts';
import { interruptLotes } from '#server/lotes/interrupt.ts';
import { findLote, idsLeft, refusalsOf } from '#server/lotes/queries.ts';
import { openQueueHouse, type QueueHouse } from '#tests/support/queue-house.ts';

const ana = { usuario: 'ana', host: '10.0.0.7' };
const never = new AbortController().signal;

/** Trámites in those statuses, by their ids. */
const withStatuses = async (t: TestContext, statuses: readonly string[]): Promise<{ house: QueueHouse; ids: number[] }> => {
  const house = openQueueHouse(t);
  const ids = await house.queue(statuses.map((_, n) => String(n + 1)));
  for (const [n, status] of statuses.entries()) house.db.sql('UPDATE tramite_queue SET status = ? WHERE id = ?').run(status, ids[n]);
  return { house, ids };
};

const order = (house: QueueHouse, accion: BulkAction, ids: readonly number[], motivo = '') =>
  beginLote(house.deps, { accion, motivo, ids, descripcion: 'Se reintentarán.' }, ana);

test('one after another, each leaves its own event and audit, which name the order', async (t) => {
  const { house, ids } = await withStatuses(t, ['failed', 'failed']);
  const lote = await order(house, 'reintentar', ids);
  await carryOutLote(house.deps, lote, never);
  assert.deepEqual(Object.values(house.statuses()), ['pending', 'pending']);
  for (const id of ids) assert.equal(house.events(id).at(-1), 'retried');
  const event = house.db.sql("SELECT data, actor FROM events WHERE kind = 'retried' LIMIT 1").get();
  assert.deepEqual({ ...event }, { data: `{"from":"failed","lote":${lote}}`, actor: 'ana' });
  assert.equal(
    tell({ entity: 'tramite', kind: 'retried', data: { lote }, actor: 'ana' }, (iso) => iso),
    `Vuelve a la cola para empezar desde el principio. Se ordenó en el lote ${lote}.`,
  );
  const audits = house.db.sql("SELECT usuario, host, despues FROM auditoria WHERE accion = 'reintentar'").all();
  assert.equal(audits.length, 2);
  assert.deepEqual({ ...audits[0] }, { usuario: 'ana', host: '10.0.0.7', despues: `{"status":"pending","from":"failed","lote":${lote}}` });
  const { state, done, refused, total, ended_at } = findLote(house.db, lote) ?? {};
  assert.deepEqual([state, done, refused, total, ended_at], ['done', 2, 0, 2, '2026-03-02T09:00:00.000Z']);
});

test('one that is refused is told with its sentence and stops no other', async (t) => {
  const { house, ids } = await withStatuses(t, ['failed', 'completed', 'failed']);
  const lote = await order(house, 'reintentar', [...ids, 99]);
  await carryOutLote(house.deps, lote, never);
  assert.deepEqual(Object.values(house.statuses()), ['pending', 'completed', 'pending']);
  const { done, refused } = findLote(house.db, lote) ?? {};
  assert.deepEqual([done, refused], [2, 2]);
  assert.deepEqual(refusalsOf(house.db, lote), [
    { id: ids[1], motivo: 'No se puede reintentar un trámite que está «presentado»: tiene que estar «fallido» o «cancelado».' },
    { id: 99, motivo: 'No hay ningún trámite 99.' },
  ]);
});

for (const [accion, status, event] of [
  ['cancelar', 'pending', 'cancelled'],
  ['rechazar', 'awaiting_confirmation', 'rejected'],
  ['devolver', 'failed', 'release_ordered'],
] as const)
  test(`${accion} keeps the reason with each of them`, async (t) => {
    const { house, ids } = await withStatuses(t, [status]);
    const lote = await order(house, accion, ids, 'Están repetidos');
    await carryOutLote(house.deps, lote, never);
    assert.deepEqual(Object.values(house.statuses()), ['cancelled']);
    assert.equal(house.events(ids[0] ?? 0).at(-1), event);
    assert.equal(house.db.sql('SELECT motivo FROM auditoria WHERE accion = ?').get(accion)?.motivo, 'Están repetidos');
  });

test('a stop ends it after the trámite it is at, and what is left can be ordered again', async (t) => {
  const { house, ids } = await withStatuses(t, ['failed', 'failed', 'failed']);
  const lote = await order(house, 'reintentar', ids);
  const stop = new AbortController();
  house.deps.hub.listen((change) => change.entity === 'lote' && stop.abort());
  await carryOutLote(house.deps, lote, stop.signal);
  const { state, done } = findLote(house.db, lote) ?? {};
  assert.deepEqual([state, done], ['interrupted', 1]);
  assert.deepEqual(idsLeft(house.db, lote), ids.slice(1));
  assert.deepEqual(choose(house.db, 'reintentar', { kind: 'left', lote }).ids, ids.slice(1));
});

test('one that a death left half done is told as interrupted at the next start, and nobody goes on with it', async (t) => {
  const { house, ids } = await withStatuses(t, ['failed', 'failed']);
  const lote = await order(house, 'reintentar', ids);
  assert.equal(await house.db.write(() => interruptLotes(house.db, '2026-03-02T10:00:00.000Z')), 1);
  await carryOutLote(house.deps, lote, never);
  const { state, done, ended_at } = findLote(house.db, lote) ?? {};
  assert.deepEqual([state, done, ended_at], ['interrupted', 0, '2026-03-02T10:00:00.000Z']);
  assert.deepEqual(Object.values(house.statuses()), ['failed', 'failed']);
});

test('the loop is free between one and the next', async (t) => {
  const { house, ids } = await withStatuses(t, ['failed', 'failed', 'failed']);
  const lote = await order(house, 'reintentar', ids);
  let turns = 0;
  const count = () => {
    turns += 1;
    ticking = setImmediate(count);
  };
  let ticking = setImmediate(count);
  await carryOutLote(house.deps, lote, never);
  clearImmediate(ticking);
  assert.ok(turns >= 3, String(turns));
});

test('closing waits for the trámite that is at hand', async (t) => {
  const { house, ids } = await withStatuses(t, ['failed', 'failed']);
  const background = createBackground(house.deps);
  const lote = await order(house, 'reintentar', ids);
  background.start(lote);
  await background.stop();
  assert.notEqual(findLote(house.db, lote)?.state, 'running');
});
