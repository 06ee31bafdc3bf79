import type { Db } from '#server/db/open.ts';
import { type PageKey, pageSize } from '#server/lib/page.ts';

/** A claim cycle as recorded; `reasons` and `phases` already read. */
export type CycleRow = {
  readonly id: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly outcome: 'running' | 'ok' | 'failed' | 'aborted';
  readonly seen: number;
  readonly matched: number;
  readonly discarded: number;
  readonly claimed: number;
  readonly lost: number;
  readonly reasons: Readonly<Record<string, number>>;
  /** Milliseconds per phase. */
  readonly phases: Readonly<Record<string, number>>;
  readonly error: string | null;
};

/** What one cycle did for one organismo. */
export type CycleOrganismo = {
  readonly cycle_id: number;
  readonly site_id: string;
  readonly seen: number;
  readonly matched: number;
  readonly discarded: number;
  readonly claimed: number;
  readonly lost: number;
  readonly error: string | null;
};

const columns = 'cycle_id AS id, started_at, ended_at, outcome, seen, matched, discarded, claimed, lost, reasons, phases, error';

/** Claim cycles of one page, in the order the key walks, one more than fits if there are more. */
export const findCycles = (db: Db, key: PageKey | null): CycleRow[] => {
  const older = key?.older ?? true;
  const cut = key === null ? '' : `AND cycle_id ${older ? '<' : '>'} @key`;
  return db
    .sql(`SELECT ${columns} FROM cycles WHERE name = 'reclamar' ${cut} ORDER BY cycle_id ${older ? 'DESC' : 'ASC'} LIMIT @limit`)
    .all({ key: key?.id ?? null, limit: pageSize + 1 })
    .map(readCycle);
};

export const lastCycle = (db: Db): CycleRow | null => {
  const row = db.sql(`SELECT ${columns} FROM cycles WHERE name = 'reclamar' ORDER BY cycle_id DESC LIMIT 1`).get();
  return row ? readCycle(row) : null;
};

/** Per organismo, for the cycles of that list. */
export const organismosOf = (db: Db, cycleIds: readonly number[]): CycleOrganismo[] =>
  db
    .sql('SELECT * FROM cycle_organismos WHERE cycle_id IN (SELECT value FROM json_each(?)) ORDER BY id')
    .all(JSON.stringify(cycleIds)) as unknown as CycleOrganismo[];

/** The last time a cycle looked at that organismo. */
export const lastOfOrganismo = (db: Db, siteId: string): (CycleOrganismo & { started_at: string }) | null =>
  (db
    .sql(
      `SELECT o.*, c.started_at FROM cycle_organismos o JOIN cycles c ON c.cycle_id = o.cycle_id
        WHERE o.site_id = ? ORDER BY o.id DESC LIMIT 1`,
    )
    .get(siteId) as unknown as (CycleOrganismo & { started_at: string }) | undefined) ?? null;

const readCycle = (row: Record<string, unknown>): CycleRow =>
  ({ ...row, reasons: readCounts(row.reasons), phases: readCounts(row.phases) }) as unknown as CycleRow;

const readCounts = (json: unknown): Record<string, number> => {
  try {
    const counts: unknown = JSON.parse(String(json ?? '{}'));
    return typeof counts === 'object' && counts !== null ? ({ ...counts } as Record<string, number>) : {};
  } catch {
    return {};
  }
};
