import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enqueue } from '#server/cola/enqueue.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { tramite } from '#tests/support/queue-house.ts';

const at = '2026-03-02T09:00:00.000Z';

test('each new recurso becomes a pending trámite with its event', async () => {
  const db = openMemoryDatabase();
  const { inserted, existing } = await db.write(() => enqueue(db, at, [tramite('1'), tramite('2')]));
  assert.deepEqual(inserted, [
    { id: 1, resourceId: '1' },
    { id: 2, resourceId: '2' },
  ]);
  assert.deepEqual(existing, []);
  const row = db.sql('SELECT * FROM tramite_queue WHERE id = 1').get();
  assert.deepEqual([row?.status, row?.attempts, row?.created_at, row?.expediente], ['pending', 0, at, '2026/1-MUL']);
  assert.deepEqual(JSON.parse(String(row?.payload)), { idRecurso: '1', adjuntos: [] });
  assert.deepEqual(db.sql('SELECT entity, entity_id, kind FROM events ORDER BY event_id').all(), [
    { entity: 'tramite', entity_id: '1', kind: 'enqueued' },
    { entity: 'tramite', entity_id: '2', kind: 'enqueued' },
  ]);
});

for (const status of ['pending', 'processing', 'awaiting_confirmation', 'completed', 'failed', 'needs_review', 'cancelled'])
  test(`a recurso whose trámite is ${status} is not queued a second time`, async () => {
    const db = openMemoryDatabase();
    await db.write(() => enqueue(db, at, [tramite('1')]));
    db.sql('UPDATE tramite_queue SET status = ?').run(status);
    const { inserted, existing } = await db.write(() => enqueue(db, at, [tramite('1'), tramite('2'), tramite('2')]));
    assert.deepEqual(
      inserted.map((one) => one.resourceId),
      ['2'],
    );
    assert.deepEqual(existing, ['1', '2']);
    assert.equal(db.sql('SELECT count(*) AS n FROM events').get()?.n, 2);
  });

test('a transaction that fails queues nothing and tells nothing', async () => {
  const db = openMemoryDatabase();
  const broken = () => {
    enqueue(db, at, [tramite('1')]);
    throw new Error('the intent could not be closed');
  };
  await assert.rejects(db.write(broken));
  assert.equal(db.sql('SELECT count(*) AS n FROM tramite_queue').get()?.n, 0);
  assert.equal(db.sql('SELECT count(*) AS n FROM events').get()?.n, 0);
});
