import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { mostUrgent } from '#server/cola/urgent.ts';
import { openMemoryDatabase } from '#server/db/open.ts';

const open = () => {
  const db = openMemoryDatabase();
  let n = 0;
  const put = (status: string, payload: string | null, site = 'x') =>
    Number(
      db
        .sql('INSERT INTO tramite_queue (site_id, resource_id, status, payload) VALUES (?, ?, ?, ?)')
        .run(site, String(++n), status, payload).lastInsertRowid,
    );
  const ids = (now = 0) => mostUrgent(db, { now, until: '2026-03-16', limit: 6 }).map(({ row, due }) => [row.id, due]);
  return { db, put, ids };
};

const due = (day: string) => JSON.stringify({ fecha_presentacion: day });

describe('the most urgent', () => {
  test('is what should be filed first, in every organismo and state that is not the last', () => {
    const { put, ids } = open();
    const later = put('pending', due('2026-03-10'));
    const first = put('failed', due('2026-03-01 00:00:00'), 'y');
    put('pending', due('2026-03-17'));
    put('completed', due('2026-03-01'));
    put('cancelled', due('2026-03-01'));
    assert.deepEqual(ids(), [
      [first, '2026-03-01'],
      [later, '2026-03-10'],
    ]);
  });

  test('and then who has waited longest for a person', () => {
    const { put, ids } = open();
    const waiting = put('awaiting_confirmation', '{}');
    const review = put('needs_review', due('2026-03-02'), 'y');
    put('pending', '{}');
    assert.deepEqual(ids(), [
      [review, '2026-03-02'],
      [waiting, null],
    ]);
  });

  test('leaves out at once what has been filed, though days are read once a minute', () => {
    const { db, put, ids } = open();
    const one = put('pending', due('2026-03-02'));
    assert.deepEqual(ids(), [[one, '2026-03-02']]);
    db.sql("UPDATE tramite_queue SET status = 'completed' WHERE id = ?").run(one);
    const other = put('pending', due('2026-03-03'));
    assert.deepEqual(ids(59_999), []);
    assert.deepEqual(ids(60_000), [[other, '2026-03-03']]);
  });

  test('does not stumble over payloads that other programs wrote', () => {
    const { put, ids } = open();
    for (const payload of [null, '', 'no es JSON', '[]', due('mañana'), due(''), '{"fecha_presentacion": 7}']) put('pending', payload);
    assert.deepEqual(ids(), []);
  });
});
