import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { countDue } from '#server/cola/count-due.ts';
import { openMemoryDatabase } from '#server/db/open.ts';

const at = '2026-03-02T09:00:00.000Z';
const hours = [null, '2026-03-02T08:59:59.999Z', at, '2026-03-02T09:00:00.001Z', '2027-01-01T00:00:00.000Z', 'mañana', ''];

const row = fc.record({
  site: fc.constantFrom('a', 'b', 'c'),
  status: fc.constantFrom('pending', 'pending', 'pending', 'processing', 'completed', 'failed'),
  notBefore: fc.constantFrom(...hours),
  approved: fc.boolean(),
});

type Row = Readonly<{ site: string; status: string; notBefore: string | null; approved: boolean }>;

const mayBeTaken = ({ status, notBefore, approved }: Row, approvedOnly: boolean): boolean =>
  status === 'pending' &&
  (notBefore === null || notBefore <= at || !/^\d{4}-[01]\d-[0-3]\d/.test(notBefore)) &&
  (approved || !approvedOnly);

const sites = new Map([
  ['a', { approvedOnly: false }],
  ['b', { approvedOnly: true }],
]);

test('counts what could be taken now, whichever way it counts and however small its slices are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), async (rows, slice) => {
      const db = openMemoryDatabase();
      for (const [index, { site, status, notBefore, approved }] of rows.entries())
        db.sql('INSERT INTO tramite_queue (site_id, resource_id, status, not_before, approved_at) VALUES (?, ?, ?, ?, ?)').run(
          ...[site, String(index), status, notBefore, approved ? at : null],
        );
      const expected = [...sites].map(([site, { approvedOnly }]) => [
        site,
        rows.filter((one) => one.site === site && mayBeTaken(one, approvedOnly)).length,
      ]);
      assert.deepEqual([...(await countDue(db, at, sites, slice))], expected);
      db.close();
    }),
    { numRuns: 60 },
  );
});

test('its statements stay on their indexes', () => {
  const db = openMemoryDatabase();
  const asked: string[] = [];
  const { sql } = db;
  Object.assign(db, {
    sql: (text: string) => {
      asked.push(text);
      return sql(text);
    },
  });
  return countDue(db, at, sites).then(() => {
    for (const text of asked) {
      const plan = db.sqlite.prepare(`EXPLAIN QUERY PLAN ${text.replaceAll(/@\w+|\?/g, "'1'").replaceAll("+'1'", '1')}`).all() as {
        detail: string;
      }[];
      assert.ok(!plan.some(({ detail }) => /^SCAN tramite_queue|TEMP B-TREE FOR ORDER/.test(detail)), JSON.stringify(plan));
    }
    db.close();
  });
});
