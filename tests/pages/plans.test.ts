import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { findCycles } from '#server/ciclos/queries.ts';
import { filedByDay, filedByHour } from '#server/cola/filed.ts';
import { countBySite, countNewer, extremes, filedSince, findPage, findTramite } from '#server/cola/queries.ts';
import { mostUrgent } from '#server/cola/urgent.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { attemptsOf, stepsOf } from '#server/ejecuciones/queries.ts';
import { eventsOf, lastEvents } from '#server/historial/queries.ts';

/**
 * With a million finished rows a page must walk an index and stop: no statement of a page may scan a big table or sort
 * more than it shows.
 */
const bigTables = ['tramite_queue', 'events', 'steps', 'ejecuciones', 'discards', 'cycles', 'cycle_organismos', 'reclamaciones'];

describe('no statement of a page walks a whole table', () => {
  const db = openMemoryDatabase();
  after(() => db.close());

  const planOf = (sql: string): string[] => {
    const parameters = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map((match) => [match[1], null]));
    const marks = (sql.match(/\?/g) ?? []).map(() => null);
    return db.sqlite
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...marks, ...(Object.keys(parameters).length > 0 ? [parameters] : []))
      .map((row) => (row as { detail: string }).detail);
  };

  /** A walk in the order of the key that a LIMIT ends is not a scan of the table. */
  const scans = (sql: string): string[] =>
    planOf(sql).filter((line) => bigTables.some((table) => new RegExp(`^SCAN ${table}\\b`).test(line)) && !walksInOrder(sql));
  const walksInOrder = (sql: string): boolean =>
    /ORDER BY (id|event_id|cycle_id) (DESC|ASC) LIMIT/.test(sql) && !/WHERE (?!true)/.test(sql);

  test('every statement the pages prepare keeps to an index', () => {
    const prepared = new Set<string>();
    const spied = {
      ...db,
      sql: (text: string) => {
        prepared.add(text);
        return db.sql(text);
      },
    };
    db.sqlite.exec("INSERT INTO tramite_queue (site_id, resource_id) VALUES ('x', '1'), ('y', '2')");
    const filter = { status: null, site: null, search: null };
    findPage(spied, { ...filter, search: '2025' }, null);
    for (const key of [null, { older: true, id: 9 }, { older: false, id: 0 }])
      for (const status of [null, 'failed' as const]) for (const site of [null, 'x']) findPage(spied, { status, site, search: null }, key);
    countNewer(spied, { ...filter, status: 'pending' }, 4);
    countBySite(spied);
    findTramite(spied, 1);
    filedSince(spied, 'x', '2026');
    extremes(spied, 'x');
    filedByDay(spied, 'x', ['2026-01-01', '2026-01-02']);
    filedByHour(spied, 'x', new Date());
    mostUrgent(spied, { now: 0, until: '2026-01-01', limit: 6 });
    attemptsOf(spied, 1);
    stepsOf(spied, 1);
    eventsOf(spied, 'tramite', 1);
    lastEvents(spied, 8);
    findCycles(spied, null);
    assert.ok(prepared.size >= 24);
    for (const sql of prepared) assert.deepEqual(scans(sql), [], sql);
  });
});
