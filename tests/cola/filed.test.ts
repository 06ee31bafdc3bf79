import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { filedByDay, filedByHour } from '#server/cola/filed.ts';
import { openMemoryDatabase } from '#server/db/open.ts';

const starts = ['2026-02-27T23:00:00.000Z', '2026-02-28T23:00:00.000Z', '2026-03-01T23:00:00.000Z'];
const now = new Date('2026-03-02T09:30:00.000Z');

describe('what one organismo filed', () => {
  const db = openMemoryDatabase();
  after(() => db.close());
  let n = 0;
  const file = (at: string, site = 'x') =>
    db
      .sql("INSERT INTO tramite_queue (site_id, resource_id, status, processed_at) VALUES (?, ?, 'completed', ?)")
      .run(site, String(++n), at);

  test('is nothing before the first', () => {
    assert.deepEqual(filedByDay(db, 'x', starts), [0, 0, 0]);
    assert.deepEqual(new Set(filedByHour(db, 'x', now)), new Set([0]));
  });

  test('is counted by the day it was filed on', () => {
    for (const at of ['2026-02-27T22:59:59.999Z', '2026-02-27T23:00:00.000Z', '2026-02-28T22:59:59.999Z', '2026-03-01T10:00:00.000Z'])
      file(at);
    file('2026-03-01T10:00:00.000Z', 'otro');
    assert.deepEqual(filedByDay(db, 'x', starts), [2, 1, 0]);
  });

  test('grows today without counting the other days again', () => {
    file('2026-03-02T08:10:00.000Z');
    const asked: unknown[] = [];
    const spied = { ...db, sql: db.sql };
    filedByDay(spied, 'x', starts);
    spied.sql = (text) => {
      asked.push(text);
      return db.sql(text);
    };
    file('2026-03-02T08:20:00.000Z');
    assert.deepEqual(filedByDay(spied, 'x', starts), [2, 1, 2]);
    assert.equal(asked.length, 2);
  });

  test('is counted again when somebody writes an old one down', () => {
    file('2026-02-28T10:00:00.000Z');
    assert.deepEqual(filedByDay(db, 'x', starts), [3, 1, 2]);
  });

  test('begins anew with the day', () => {
    assert.deepEqual(filedByDay(db, 'x', [...starts.slice(1), '2026-03-02T23:00:00.000Z']), [1, 2, 0]);
  });

  test('is counted by the hours of the last day, the present one last', () => {
    const hours = filedByHour(db, 'x', now);
    assert.equal(hours.length, 24);
    assert.deepEqual(hours.slice(-3), [0, 2, 0]);
    assert.equal(hours[0], 1);
    file('2026-03-02T09:10:00.000Z');
    assert.deepEqual(filedByHour(db, 'x', now).slice(-3), [0, 2, 1]);
    assert.deepEqual(filedByHour(db, 'x', new Date('2026-03-02T10:00:00.000Z')).slice(-3), [2, 1, 0]);
  });
});
