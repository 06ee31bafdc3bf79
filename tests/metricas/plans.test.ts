import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import * as queries from '#server/metricas/queries.ts';

describe('a scrape walks no table that grows', () => {
  const db = openMemoryDatabase();
  after(() => db.close());
  /** Every statement a query of the room runs, as SQLite plans it. */
  const plans = (run: (spied: typeof db) => unknown): string[] => {
    const seen: string[] = [];
    run({
      ...db,
      sql: (text) => {
        const named = Object.fromEntries([...text.matchAll(/@(\w+)/g)].map((match) => [match[1], 1]));
        const marks = (text.match(/\?/g) ?? []).map(() => 1);
        const rows = db.sqlite.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...(marks.length > 0 ? marks : [named])) as { detail: string }[];
        seen.push(...rows.map(({ detail }) => detail));
        return db.sql(text);
      },
    });
    return seen;
  };

  const asked = {
    eventsBetween: (one) => queries.eventsBetween(one, 0, 2000),
    stepsBetween: (one) => queries.stepsBetween(one, 0, 2000),
    balanceBetween: (one) => queries.balanceBetween(one, 0, 2000),
    lastClaimCycle: (one) => queries.lastClaimCycle(one),
    claimCyclesAfter: (one) => queries.claimCyclesAfter(one, 1),
    queueDepth: (one) => queries.queueDepth(one, 'otros'),
    oldestPending: (one) => queries.oldestPending(one),
    openRuns: (one) => queries.openRuns(one),
    openAvisos: (one) => queries.openAvisos(one),
    pendingNotices: (one) => queries.pendingNotices(one),
  } satisfies Partial<Record<keyof typeof queries, (spied: typeof db) => unknown>>;
  /** Those few rows, or one index of what is open, may be walked. */
  const small = /^SCAN (c|o|USING|avisos USING INDEX aviso_open_once|envios USING COVERING INDEX envios_pending)\b/;

  for (const [name, ask] of Object.entries(asked))
    test(name, () => {
      if (name.endsWith('Between'))
        assert.ok(plans(ask).some((detail) => /USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/.test(detail)));
      for (const detail of plans(ask)) if (detail.startsWith('SCAN')) assert.match(detail, small);
    });
});
