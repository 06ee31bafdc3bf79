import type { Db } from '#server/db/open.ts';
import { firstSince } from '#server/lib/first-since.ts';
import { cutPage, type PageKey, pageSize } from '#server/lib/page.ts';

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
    .sql(`SELECT ${columns} FROM cycles WHERE name = 'reclamar' ${cut} ORDER BY cycle_id ${older ? 'DESC' : 'ASC'} LIMIT +@limit`)
    .all({ key: key?.id ?? null, limit: pageSize + 1 })
    .map(readCycle);
};

export const lastCycle = (db: Db): CycleRow | null => {
  const row = db.sql(`SELECT ${columns} FROM cycles WHERE name = 'reclamar' ORDER BY cycle_id DESC LIMIT 1`).get();
  return row ? readCycle(row) : null;
};

export const findCycle = (db: Db, id: number): CycleRow | null => {
  const row = db.sql(`SELECT ${columns} FROM cycles WHERE cycle_id = ? AND name = 'reclamar'`).get(id);
  return row ? readCycle(row) : null;
};

/** When a cycle last ended well, and so looked at both sides; among the last hundred. */
export const lastGoodCycle = (db: Db): string | null =>
  (db
    .sql(
      `SELECT at FROM (SELECT ended_at AS at, outcome FROM cycles WHERE name = 'reclamar' ORDER BY cycle_id DESC LIMIT 100)
        WHERE outcome = 'ok' LIMIT 1`,
    )
    .get()?.at as string | undefined) ?? null;

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

type Span = Pick<CycleRow, 'started_at' | 'ended_at'>;

/** What became of a recurso in a cycle. */
export type Happened = {
  readonly id: number;
  readonly resource_id: string;
  readonly kind: 'claimed' | 'lost' | 'foreign';
  readonly site: string | null;
  readonly holder: string | null;
  /** Its trámite, where it has one. */
  readonly tramite: number | null;
  readonly expediente: string | null;
};

/** A cycle writes at most some thousands of events, and others write meanwhile: no more than these are looked at. */
const lookedEvents = 5000;

/** Recursos claimed and lost while that cycle ran, as its events tell. */
export const happenedDuring = (db: Db, { started_at: from, ended_at: to }: Span): Happened[] => {
  const last = db.sql('SELECT max(event_id) AS id FROM events').get()?.id as number | null;
  const after = db.sql('SELECT event_id AS key, at FROM events WHERE event_id >= ? ORDER BY event_id LIMIT 1');
  const first = firstSince(from, last ?? 0, (key) => after.get(key) as { key: number; at: string } | undefined);
  return db
    .sql(
      `SELECT e.event_id AS id, e.entity_id AS resource_id, e.kind, e.data ->> '$.siteId' AS site, e.data ->> '$.holder' AS holder,
              t.id AS tramite, t.expediente
         FROM events e LEFT JOIN tramite_queue t ON t.resource_id = e.entity_id
        WHERE e.event_id >= @first AND e.event_id < @first + ${lookedEvents} AND e.at >= @from AND (@to IS NULL OR e.at <= @to)
          AND +e.entity = 'recurso' AND e.kind IN ('claimed', 'lost', 'foreign')
        ORDER BY e.event_id LIMIT 500`,
    )
    .all({ first, from, to }) as unknown as Happened[];
};

/** A recurso turned down: once per organismo and version of its rules. */
export type Discard = {
  readonly id: number;
  readonly resource_id: string;
  readonly site_id: string;
  readonly reason: string;
  readonly expediente: string | null;
  readonly at: string;
};

const discardColumns = 'discard_id AS id, resource_id, site_id, reason, expediente, at';

/** Those turned down for the first time in that cycle: samples. */
export const discardsDuring = (db: Db, { started_at: from, ended_at: to }: Span, limit = 20): Discard[] => {
  const last = db.sql('SELECT max(discard_id) AS id FROM discards').get()?.id as number | null;
  const after = db.sql('SELECT discard_id AS key, at FROM discards WHERE discard_id >= ? ORDER BY discard_id LIMIT 1');
  const first = firstSince(from, last ?? 0, (key) => after.get(key) as { key: number; at: string } | undefined);
  return db
    .sql(
      `SELECT * FROM (SELECT ${discardColumns} FROM discards WHERE discard_id >= @first ORDER BY discard_id LIMIT +@limit)
        WHERE at >= @from AND (@to IS NULL OR at <= @to)`,
    )
    .all({ first, from, to, limit }) as unknown as Discard[];
};

export type DiscardFilter = { readonly site: string | null; readonly motivo: string | null };
export type DiscardPage = {
  readonly rows: readonly Discard[];
  readonly olderKey: string | null;
  readonly newerKey: string | null;
  /** The walk ended before the page was full. */
  readonly further: boolean;
};

/** No index stands over organismo and reason, which a filter may leave out: each page walks this many rows at most. */
export const walkedDiscards = 5000;

export const discardsSql = (key: PageKey | null): string => {
  const order = (key?.older ?? true) ? 'DESC' : 'ASC';
  const cut = key === null ? '' : `WHERE discard_id ${key.older ? '<' : '>'} @key`;
  return `SELECT * FROM (SELECT ${discardColumns} FROM discards ${cut} ORDER BY discard_id ${order} LIMIT ${walkedDiscards})
    WHERE (@site IS NULL OR site_id = @site) AND (@motivo IS NULL OR reason = @motivo) LIMIT +@limit`;
};

const edgeSql = (key: PageKey | null): string => {
  const order = (key?.older ?? true) ? 'DESC' : 'ASC';
  const cut = key === null ? '' : `WHERE discard_id ${key.older ? '<' : '>'} @key`;
  return `SELECT discard_id AS id FROM discards ${cut} ORDER BY discard_id ${order} LIMIT 1 OFFSET ${walkedDiscards - 1}`;
};

/** One page of them, the newest first. */
export const findDiscards = (db: Db, filter: DiscardFilter, key: PageKey | null): DiscardPage => {
  const values = { ...filter, key: key?.id ?? null, limit: pageSize + 1 };
  const found = db.sql(discardsSql(key)).all(values) as unknown as Discard[];
  const page = cutPage(found, key);
  if (found.length > pageSize) return { ...page, further: false };
  // The walk may have ended for its length and not for want of rows: the next one goes on from its last one.
  const edge = db.sql(edgeSql(key)).get({ key: key?.id ?? null })?.id as number | undefined;
  if (edge === undefined) return { ...page, further: false };
  return key?.older === false
    ? { ...page, newerKey: `despues-${edge}`, further: false }
    : { ...page, olderKey: `antes-${edge}`, further: true };
};
