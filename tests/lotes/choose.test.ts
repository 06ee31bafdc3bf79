import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import { choose } from '#server/lotes/choose.ts';
import { effectSentence, leftOutSentence, mostIds, motivoProblem } from '#server/lotes/rules.ts';

const filter = { status: null, site: null, search: null };

const filled = () => {
  const db = openMemoryDatabase();
  const insert = db.sql('INSERT INTO tramite_queue (site_id, resource_id, expediente, status) VALUES (?, ?, ?, ?)');
  for (const [n, [site, status]] of (
    [
      ['a', 'failed'],
      ['a', 'completed'],
      ['b', 'failed'],
      ['a', 'cancelled'],
      ['a', 'processing'],
    ] as const
  ).entries())
    insert.run(site, String(n), `2025/00000${n}-MUL`, status);
  return db;
};

test('of some rows, those whose status admits the order; the others are counted by theirs', () => {
  assert.deepEqual(choose(filled(), 'reintentar', { kind: 'ids', ids: [1, 2, 4, 5, 77] }), {
    ids: [1, 4],
    leftOut: { completed: 1, processing: 1 },
    site: 'a',
    beyond: 0,
  });
});

test('rows of several organismos belong to none', () => {
  assert.equal(choose(filled(), 'reintentar', { kind: 'ids', ids: [1, 3] }).site, null);
});

test('of all that match, by organismo, by status and by text', () => {
  const all = (narrower: object) => choose(filled(), 'reintentar', { kind: 'all', filter: { ...filter, ...narrower } });
  assert.deepEqual(all({}).ids, [1, 3, 4]);
  assert.deepEqual([all({ site: 'a' }).ids, all({ site: 'a' }).leftOut.completed], [[1, 4], 1]);
  assert.deepEqual(all({ status: 'cancelled' }).ids, [4]);
  assert.deepEqual(all({ status: 'completed' }).ids, []);
  assert.deepEqual(all({ search: '000002' }).ids, [3]);
});

test('one order takes so many and says how many are left', () => {
  const db = openMemoryDatabase();
  db.sqlite.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${mostIds + 7})
    INSERT INTO tramite_queue (site_id, resource_id, status) SELECT 'a', i, 'failed' FROM n`);
  const { ids, beyond } = choose(db, 'reintentar', { kind: 'all', filter });
  assert.deepEqual([ids.length, beyond], [mostIds, 7]);
});

test('the sentence says effect and exact count, in singular and in plural', () => {
  assert.equal(
    effectSentence('reintentar', 37, ' de xaloc_girona', { completed: 3 }),
    'Se reintentarán 37 trámites de xaloc_girona; 3 no admiten la orden (3 «presentado»).',
  );
  assert.equal(effectSentence('devolver', 1, '', {}), 'Se devolverá al origen 1 trámite.');
  assert.equal(effectSentence('cancelar', 1204, '', {}), 'Se cancelarán 1.204 trámites.');
  assert.equal(leftOutSentence({ completed: 1 }), '1 no admite la orden (1 «presentado»)');
  assert.equal(leftOutSentence({ processing: 2, completed: 1 }), '3 no admiten la orden (2 «en curso» y 1 «presentado»)');
});

test('what destroys asks why', () => {
  for (const accion of ['cancelar', 'devolver', 'rechazar'] as const) assert.equal(motivoProblem(accion, ''), 'Diga por qué.');
  for (const accion of ['aprobar', 'reintentar'] as const) assert.equal(motivoProblem(accion, ''), null);
  assert.equal(motivoProblem('cancelar', 'Repetidos'), null);
  assert.match(motivoProblem('cancelar', 'x'.repeat(1001)) ?? '', /1000/);
});
