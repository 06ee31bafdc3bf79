import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';

const sites = ['a', 'b', 'c'] as const;
const statuses = ['pending', 'processing', 'awaiting_confirmation', 'completed', 'failed', 'needs_review', 'cancelled'] as const;

type Site = (typeof sites)[number];
type Status = (typeof statuses)[number];
type Statement =
  | { kind: 'insert' | 'site'; id: number; site: Site; status: Status }
  | { kind: 'status'; id: number; status: Status }
  | { kind: 'delete'; id: number }
  | { kind: 'all'; status: Status }
  | { kind: 'wipe'; site: Site };

/** One statement somebody runs on the queue: the product, or a person with the sqlite3 shell. */
const statement: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({
    kind: fc.constant('insert' as const),
    id: fc.nat(15),
    site: fc.constantFrom(...sites),
    status: fc.constantFrom(...statuses),
  }),
  fc.record({ kind: fc.constant('status' as const), id: fc.nat(15), status: fc.constantFrom(...statuses) }),
  fc.record({ kind: fc.constant('site' as const), id: fc.nat(15), site: fc.constantFrom(...sites), status: fc.constantFrom(...statuses) }),
  fc.record({ kind: fc.constant('delete' as const), id: fc.nat(15) }),
  fc.record({ kind: fc.constant('all' as const), status: fc.constantFrom(...statuses) }),
  fc.record({ kind: fc.constant('wipe' as const), site: fc.constantFrom(...sites) }),
);

const apply = (db: Db, one: Statement): void => {
  if (one.kind === 'insert')
    db.sql('INSERT INTO tramite_queue (site_id, resource_id, status) VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(
      one.site,
      one.id,
      one.status,
    );
  else if (one.kind === 'status') db.sql('UPDATE tramite_queue SET status = ? WHERE resource_id = ?').run(one.status, one.id);
  else if (one.kind === 'site')
    db.sql('UPDATE tramite_queue SET site_id = ?, status = ? WHERE resource_id = ?').run(one.site, one.status, one.id);
  else if (one.kind === 'delete') db.sql('DELETE FROM tramite_queue WHERE resource_id = ?').run(one.id);
  else if (one.kind === 'all') db.sql('UPDATE tramite_queue SET status = ?').run(one.status);
  else db.sql('DELETE FROM tramite_queue WHERE site_id = ?').run(one.site);
};

const counted = (db: Db) => db.sql('SELECT site_id, status, n FROM queue_counts WHERE n <> 0 ORDER BY 1, 2').all();
const there = (db: Db) => db.sql('SELECT site_id, status, count(*) AS n FROM tramite_queue GROUP BY 1, 2 ORDER BY 1, 2').all();

test('the counts kept by triggers are those of counting, after any sequence of statements', () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 60 }), (statements) => {
      const db = openMemoryDatabase();
      for (const one of statements) apply(db, one);
      assert.deepEqual(counted(db), there(db));
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('a change that is rolled back is not counted', async () => {
  const db = openMemoryDatabase();
  await assert.rejects(
    db.write(() => {
      apply(db, { kind: 'insert', id: 1, site: 'a', status: 'pending' });
      throw new Error('halfway');
    }),
  );
  assert.deepEqual(counted(db), []);
});
