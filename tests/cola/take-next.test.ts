import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { comesDueAt, nextComesDue } from '#server/cola/due.ts';
import { enqueue, type NewTramite } from '#server/cola/enqueue.ts';
import { settle } from '#server/cola/settle.ts';
import { nextDue, takeNext } from '#server/cola/take-next.ts';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';
import { tramite } from '#tests/support/queue-house.ts';

const at = '2026-03-02T09:00:00.000Z';
const later = '2026-03-02T09:00:01.000Z';

const withRows = (...rows: NewTramite[]): Db => {
  const db = openMemoryDatabase();
  for (const row of rows) enqueue(db, at, [row]);
  return db;
};

const takeAll = (db: Db, sites: readonly string[], now = at): string[] => {
  const taken: string[] = [];
  for (let next = takeNext(db, now, sites); next; next = takeNext(db, now, sites)) taken.push(next.resourceId);
  return taken;
};

test('a taken trámite is processing, counts its attempt and brings its payload', () => {
  const db = withRows({ ...tramite('1'), urlDirecta: 'http://sede.test/x' });
  assert.deepEqual(takeNext(db, at, ['prueba']), {
    ...{ id: 1, siteId: 'prueba', resourceId: '1', expediente: '2026/1-MUL', protocol: null, urlDirecta: 'http://sede.test/x' },
    payload: { idRecurso: '1', adjuntos: [] },
    attempt: 1,
    approved: false,
    approvedDigest: null,
  });
  assert.deepEqual({ ...db.sql('SELECT status, attempts FROM tramite_queue').get() }, { status: 'processing', attempts: 1 });
  assert.equal(takeNext(db, at, ['prueba']), null);
});

test('trámites are taken by priority, then age, then id, over all the sites together', () => {
  const db = openMemoryDatabase();
  enqueue(db, later, [{ ...tramite('young'), siteId: 'b' }]);
  enqueue(db, at, [tramite('old-1'), { ...tramite('old-2'), siteId: 'b' }, { ...tramite('urgent'), siteId: 'b', priority: 1 }]);
  assert.deepEqual(takeAll(db, ['prueba', 'b']), ['urgent', 'old-1', 'old-2', 'young']);
});

test('only the sites asked for are served', () => {
  const db = withRows(tramite('1'), { ...tramite('2'), siteId: 'otro' });
  assert.deepEqual(takeAll(db, ['otro', 'inexistente']), ['2']);
  assert.deepEqual(takeAll(db, []), []);
});

test('a trámite that waits for its hour is passed over until then', () => {
  const db = withRows(tramite('1'), tramite('2'));
  db.sql('UPDATE tramite_queue SET not_before = ? WHERE id = 1').run(later);
  assert.deepEqual(takeAll(db, ['prueba']), ['2']);
  assert.deepEqual(takeAll(db, ['prueba'], later), ['1']);
  assert.equal(db.sql('SELECT not_before FROM tramite_queue WHERE id = 1').get()?.not_before, null);
});

for (const nonsense of ['mañana', 'now', 'x', '3000000', '20260302T090000Z', '2026-99-99T00:00:00.000Z'])
  test(`a trámite whose hour says «${nonsense}» does not wait for ever: it is due`, () => {
    const db = withRows(tramite('1'));
    db.sql('UPDATE tramite_queue SET not_before = ?').run(nonsense);
    assert.deepEqual(takeAll(db, ['prueba']), ['1']);
  });

for (const hour of ['2026-03-02T10:00:00.000Z', '2026-03-03 10:00:00', '2026-03-03'])
  test(`a trámite whose hour is ${hour} waits, however another program writes it`, () => {
    const db = withRows(tramite('1'));
    db.sql('UPDATE tramite_queue SET not_before = ?').run(hour);
    assert.deepEqual(takeAll(db, ['prueba']), []);
    assert.deepEqual(takeAll(db, ['prueba'], '2026-03-03T10:00:01.000Z'), ['1']);
  });

test('a payload that cannot be read fails its own trámite, with its event, and the next one is taken', () => {
  const db = withRows(tramite('1'), tramite('2'));
  db.sql(`UPDATE tramite_queue SET payload = '{"a":' WHERE id = 1`).run();
  assert.equal(takeNext(db, at, ['prueba'])?.resourceId, '2');
  const row = db.sql('SELECT status, error_code FROM tramite_queue WHERE id = 1').get();
  assert.deepEqual({ ...row }, { status: 'failed', error_code: 'payload_ilegible' });
  assert.equal(db.sql(`SELECT count(*) AS n FROM events WHERE kind = 'failed' AND entity_id = '1'`).get()?.n, 1);
});

test('any queue is emptied in the order of priority, created_at and id, each trámite once', () => {
  const row = fc.record({
    site: fc.constantFrom('a', 'b', 'c'),
    priority: fc.integer({ min: 1, max: 3 }),
    second: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 25 }), (rows) => {
      const db = openMemoryDatabase();
      for (const [i, { site, priority, second }] of rows.entries())
        enqueue(db, `2026-03-02T09:00:0${second}.000Z`, [{ ...tramite(String(i)), siteId: site, priority }]);
      const served = rows.map((one, i) => ({ ...one, i })).filter((one) => one.site !== 'c');
      const expected = served.toSorted((x, y) => x.priority - y.priority || x.second - y.second || x.i - y.i).map((one) => String(one.i));
      assert.deepEqual(takeAll(db, ['a', 'b'], '2026-03-02T10:00:00.000Z'), expected);
      db.close();
    }),
    { numRuns: 25 },
  );
});

test('the take walks the partial index of pending rows only, however many are finished', () => {
  const db = openMemoryDatabase();
  const plan = db.sql(`EXPLAIN QUERY PLAN ${nextDue}`).all('["prueba"]', at);
  const details = plan.map((line) => String(line.detail));
  assert.ok(details.includes('SEARCH tramite_queue USING COVERING INDEX tramite_take_next (site_id=?)'), details.join('\n'));
  assert.ok(details.includes('SEARCH t USING INTEGER PRIMARY KEY (rowid=?)'), details.join('\n'));
  assert.ok(!details.some((detail) => detail.startsWith('SCAN tramite_queue') || detail.startsWith('SCAN t ')), details.join('\n'));
});

test('the next instant that comes due is read from its own partial index', () => {
  const db = openMemoryDatabase();
  const plan = db.sql(`EXPLAIN QUERY PLAN ${nextComesDue}`).all(at);
  assert.match(plan.map((line) => String(line.detail)).join('\n'), /USING (COVERING )?INDEX tramite_retry_at/);
});

test('the next instant that comes due is the earliest still ahead, and what nobody can read as an instant is not one', () => {
  const db = withRows(tramite('1'), tramite('2'), tramite('3'));
  const set = (id: number, instant: string) => db.sql('UPDATE tramite_queue SET not_before = ? WHERE id = ?').run(instant, id);
  assert.equal(comesDueAt(db, at), null);
  set(1, 'mañana');
  assert.equal(comesDueAt(db, at), null);
  set(2, '2026-03-02T11:00:00.000Z');
  set(3, '2026-03-02T10:00:00.000Z');
  assert.equal(comesDueAt(db, at)?.toISOString(), '2026-03-02T10:00:00.000Z');
  assert.equal(comesDueAt(db, '2026-03-02T10:00:00.000Z')?.toISOString(), '2026-03-02T11:00:00.000Z');
});

test('the end of an attempt is found by its key alone', () => {
  const db = withRows(tramite('1'));
  takeNext(db, at, ['prueba']);
  assert.equal(settle(db, at, 1, { verb: 'complete', result: { numero: 'E-1' } }), 'completed');
  assert.equal(settle(db, at, 1, { verb: 'fail', code: 'x', message: 'x' }), null);
  assert.equal(settle(db, at, 1, { verb: 'doubt', code: 'x', message: 'x' }), null);
  assert.equal(settle(db, at, 99, { verb: 'hold' }), null);
  assert.equal(db.sql('SELECT status FROM tramite_queue').get()?.status, 'completed');
});
