import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { discardsDuring, findCycle, findCycles, findDiscards, happenedDuring, lastGoodCycle } from '#server/ciclos/queries.ts';
import { csvOf } from '#server/cola/csv.ts';
import { filedByDay, filedByHour } from '#server/cola/filed.ts';
import { countEnded, countEndedSql, findFinished, finishedSql, finishedStatuses } from '#server/cola/finished.ts';
import { countNewer, extremes, filedSince, findPage, findTramite, sitesInQueue } from '#server/cola/queries.ts';
import { mostUrgent } from '#server/cola/urgent.ts';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';
import { equipoCalled, findOpen, findRun, findRunPage, findWaiting, usualOf } from '#server/ejecuciones/find-runs.ts';
import { openRuns } from '#server/ejecuciones/open-runs.ts';
import { attemptsOf, stepsOf } from '#server/ejecuciones/queries.ts';
import { findFailures, findUnexpected } from '#server/errores/queries.ts';
import { eventsOf, lastEvents } from '#server/historial/queries.ts';
import { systemClock } from '#server/lib/clock.ts';
import { createFormat } from '#server/lib/format.ts';
import { choose } from '#server/lotes/choose.ts';
import { findLote, findLotes, refusalsOf } from '#server/lotes/queries.ts';
import { findVersions, isVouched, presentVersion, versionBefore } from '#server/organismos/queries.ts';
import { findCards, stillWaiting } from '#server/revision/queries.ts';

/**
 * With a million finished rows a page must walk an index and stop: no statement of a page may scan a big table or sort
 * more than it shows.
 */
const bigTables = [
  'tramite_queue',
  'events',
  'steps',
  'ejecuciones',
  'discards',
  'cycles',
  'cycle_organismos',
  'reclamaciones',
  'organismo_versiones',
  'lotes',
  'error_log',
];

/** Names the statements of ejecuciones give them. */
const aliases = ['e'];

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
    planOf(sql).filter(
      (line) => [...bigTables, ...aliases].some((table) => new RegExp(`^SCAN ${table}\\b`).test(line)) && !walksInOrder(sql),
    );
  /** Nearly every ejecución has ended: the walk of those ends as soon. */
  const walksRuns = (sql: string): boolean => /NOT INDEXED [^()]*ORDER BY e\.rowid (DESC|ASC) LIMIT/.test(sql);
  const walksInOrder = (sql: string): boolean =>
    walksRuns(sql) ||
    (/ORDER BY (id|event_id|cycle_id|discard_id|error_log_id|lote_id) (DESC|ASC) LIMIT/.test(sql) &&
      !/WHERE (?!true|\(@site IS NULL)/.test(sql));

  const readHistory = (spied: Db): void => {
    const range = { from: '2026-01-01', to: '2026-01-08' };
    for (const status of finishedStatuses) {
      countEnded(spied, status, 'x', range);
      for (const at of ['2026-01-02', null])
        for (const key of [null, { older: true, at, id: 9 }, { older: false, at, id: 9 }])
          for (const one of [null, range]) findFinished(spied, { status, site: null, range: one }, key, 51);
    }
  };

  const readVersions = (spied: Db): void => {
    for (const key of [null, { older: true, id: 9 }, { older: false, id: 0 }]) findVersions(spied, 'x', key, 10);
    versionBefore(spied, 'x', 3);
    presentVersion(spied, 'x');
    isVouched(spied, 'x');
  };

  const readRuns = (spied: Db): void => {
    db.sql("INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado) VALUES ('e-1', 'r', 'q', 'RUNNING')").run();
    for (const key of [null, { older: true, id: 1 }, { older: false, id: 1 }])
      for (const robot of [null, 'r'])
        for (const equipo of [null, 'q']) for (const ended of [true, false]) findRunPage(spied, { robot, equipo }, key, ended);
    findRun(spied, 'e-1');
    findOpen(spied);
    findWaiting(spied, 50);
    usualOf(spied, ['r'], 120_000);
    equipoCalled(spied, 'q');
    openRuns(spied);
  };

  test('every statement the pages prepare keeps to an index', async () => {
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
    for (const search of ['20', '2025', '2025/160585-MUL']) findPage(spied, { ...filter, search }, null);
    for (const key of [null, { older: true, id: 9 }, { older: false, id: 0 }])
      for (const status of [null, 'failed' as const]) for (const site of [null, 'x']) findPage(spied, { status, site, search: null }, key);
    for await (const line of csvOf(spied, filter, createFormat('Europe/Madrid', systemClock))) assert.ok(line);
    choose(spied, 'reintentar', { kind: 'all', filter });
    choose(spied, 'reintentar', { kind: 'ids', ids: [1, 2] });
    for (const key of [null, { older: true, id: 9 }]) {
      findCards(spied, 'dudosos', key);
      findLotes(spied, key);
    }
    findLote(spied, 1);
    refusalsOf(spied, 1);
    stillWaiting(spied, [1]);
    countNewer(spied, { ...filter, status: 'pending' }, 4);
    sitesInQueue(spied);
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
    readVersions(spied);
    findCycle(spied, 1);
    lastGoodCycle(spied);
    const span = { started_at: '2026-01-01T00:00:00.000Z', ended_at: null };
    happenedDuring(spied, span);
    discardsDuring(spied, span);
    for (const key of [null, { older: true, id: 9 }, { older: false, id: 9 }]) findDiscards(spied, { site: 'x', motivo: null }, key);
    readHistory(spied);
    readRuns(spied);
    findFailures(spied);
    findUnexpected(spied, { text: '', saysToo: true }, null);
    findUnexpected(spied, { text: 'x', saysToo: true }, { older: false, id: 1 });
    assert.ok(prepared.size >= 60);
    for (const sql of prepared) assert.deepEqual(scans(sql), [], sql);
  });

  test('the finished ones are walked by the index of their end, and counted inside of it', () => {
    const plan = (status: (typeof finishedStatuses)[number], key: Parameters<typeof finishedSql>[1]) =>
      planOf(finishedSql({ status, range: null }, key, 2)).filter((line) => /tramite_queue/.test(line));
    for (const status of finishedStatuses)
      for (const key of [null, { older: true, at: '2026-01-02', id: 9 }, { older: false, at: '2026-01-02', id: 9 }])
        for (const line of plan(status, key)) assert.match(line, /USING COVERING INDEX tramite_(filed|given_up) \(site_id=\?/, line);
    assert.match(
      planOf(countEndedSql('completed')).join(),
      /USING COVERING INDEX tramite_filed \(site_id=\? AND processed_at>\? AND processed_at<\?\)/,
    );
  });

  test('nothing is sorted within one organismo: the index stands in that order', () => {
    const key = { older: true, at: '2026-01-02', id: 9 };
    for (const status of finishedStatuses) {
      const lines = planOf(finishedSql({ status, range: null }, key, 2));
      assert.equal(lines.filter((line) => /TEMP B-TREE/.test(line)).length, 1, lines.join('\n'));
    }
  });
});
