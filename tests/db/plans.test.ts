import assert from 'node:assert/strict';
import test from 'node:test';
import { csvRowsSql } from '#server/cola/csv.ts';
import { inStatus } from '#server/cola/in-status.ts';
import { amongSql, pageSql, wholeSql } from '#server/cola/queries.ts';
import { beginningSql, indexedSql, newNumbersTailSql, newRowsTailSql } from '#server/cola/search.ts';
import { newNumbersSql, newRowsSql } from '#server/cola/search-index.ts';
import { nextDue } from '#server/cola/take-next.ts';
import { statuses } from '#server/cola/transitions.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { withoutOpenAttemptSql } from '#server/ejecuciones/recover.ts';
import { standingSql } from '#server/lotes/choose.ts';
import { attemptsSql } from '#server/vigilancia/sin-exito.ts';

const db = openMemoryDatabase();

const named = {
  ...{ site: 'x', status: 'x', key: 1, limit: 26, sites: '["x","y"]', typed: 'x', upper: 'X', ids: '[1]' },
  ...{ match: '"abc"', from: 1, to: 9, tramiteId: 1, eventId: 1 },
};

/** How SQLite would run it. */
const plan = (sql: string): string => {
  const statement = db.sqlite.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
  const rows = sql.includes('@') ? statement.all(named) : statement.all(...Array.from(sql.matchAll(/\?/g), () => 'x'));
  return rows.map((row) => row.detail).join('\n');
};

/** Every touch of the queue is a search, or a walk down its primary key that a LIMIT ends. */
const neverReadsItAll = (sql: string): void => {
  assert.doesNotMatch(plan(sql), /SCAN (tramite_queue|t)\b(?! USING (COVERING )?INDEX)/);
};

test('taking the next trámite walks the partial index of pending rows', () => {
  assert.match(plan(nextDue), /SEARCH tramite_queue USING (COVERING )?INDEX tramite_take_next \(site_id=\?\)/);
  neverReadsItAll(nextDue);
});

test('who files nothing is found without walking what was filed, nor the attempts of all', () => {
  neverReadsItAll(attemptsSql);
  assert.doesNotMatch(plan(attemptsSql), /SCAN (tramite_queue|e|t)\b|SEARCH (tramite_queue|t)$|ejecuciones_by_equipo|AUTOMATIC/m);
});

test('the next retry is found in the partial index of waiting rows', () => {
  const sql = "SELECT min(not_before) FROM tramite_queue WHERE status = 'pending' AND not_before > CAST(? AS TEXT)";
  assert.match(plan(sql), /tramite_retry_at/);
});

for (const status of [null, 'completed' as const])
  for (const site of [null, 'xaloc_girona'])
    for (const key of [null, { older: true, id: 100 }, { older: false, id: 100 }]) {
      const way = key === null ? 'first page' : key.older ? 'older ones' : 'newer ones';
      test(`the list of the queue by status ${status}, organismo ${site}, ${way}, reads a page and not the table`, () => {
        const sql = pageSql({ status, site }, key, 2);
        if (status !== null || site !== null) neverReadsItAll(sql);
        // Merging the first ones of each arm may sort; an arm of its own never does.
        const arms = plan(sql).split('MERGE')[0] ?? '';
        if (status !== null && site !== null) assert.doesNotMatch(arms, /TEMP B-TREE/);
        if (status === null && site === null) assert.doesNotMatch(plan(sql), /TEMP B-TREE/);
      });
    }

for (const key of [null, { older: true, id: 100 }, { older: false, id: 100 }])
  test(`the whole list, ${key ? (key.older ? 'older ones' : 'newer ones') : 'first page'}, is a walk down the key`, () => {
    assert.match(plan(wholeSql(key)), /^(SCAN tramite_queue|SEARCH tramite_queue USING INTEGER PRIMARY KEY .*)$/);
  });

test('a search goes by the indexes of what can be searched', () => {
  neverReadsItAll(beginningSql);
  assert.match(plan(beginningSql), /tramite_by_expediente/);
  assert.match(plan(indexedSql), /VIRTUAL TABLE INDEX \d+:M/);
});

for (const [what, sql] of Object.entries({ newRowsSql, newRowsTailSql, newNumbersSql, newNumbersTailSql }))
  test(`the index of the search is brought up to date from where it was: ${what}`, () => {
    assert.match(plan(sql), /SEARCH (tramite_queue|events) USING INTEGER PRIMARY KEY \(rowid>\?\)/);
  });

for (const sql of [amongSql(null), amongSql({ older: true, id: 9 }), amongSql({ older: false, id: 9 }), csvRowsSql, standingSql])
  test(`rows of a list of ids are read by their key: ${sql.trim().slice(0, 40)}`, () => {
    assert.match(plan(sql), /SEARCH tramite_queue USING INTEGER PRIMARY KEY/);
  });

test('what a death left processing is found without reading what is finished', () => {
  assert.match(plan(withoutOpenAttemptSql), /SEARCH tramite_queue USING INDEX tramite_take_next \(site_id=\?\)/);
  neverReadsItAll(withoutOpenAttemptSql);
});

for (const status of statuses)
  test(`rows of one organismo that are ${status} are walked by an index of their own`, () => {
    const sql = `SELECT id FROM ${inStatus(status)} AND site_id = ? ORDER BY id LIMIT 10`;
    const index =
      status === 'processing'
        ? /COVERING INDEX tramite_take_next \(site_id=\?\)/
        : /COVERING INDEX tramite_by_site \(site_id=\? AND status=\?\)/;
    assert.match(plan(sql), index);
  });
