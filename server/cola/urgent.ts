import type { Db } from '#server/db/open.ts';
import { inStatus } from './in-status.ts';
import { byIds, type ListedTramite } from './queries.ts';
import type { Status } from './transitions.ts';

/** What is not filed yet and somebody or something has to do with. */
const unfinished: readonly Status[] = ['needs_review', 'awaiting_confirmation', 'failed', 'pending'];

/** A trámite that should not wait longer. `due` = the day it should be filed on («2026-03-02»); null when nobody said one. */
export type Urgent = { readonly row: ListedTramite; readonly due: string | null };

/** Rows looked at per organismo and status; those that came first are the ones that are late. */
const looked = 1000;
const keptMs = 60_000;

type Candidate = { readonly id: number; readonly due: string };
const keptOf = new WeakMap<Db, { readonly until: number; readonly day: string; readonly found: readonly Candidate[] }>();

/**
 * The most urgent first: by the day they should be filed on («fecha de presentación» of the expediente), as far as
 * `until`; then those that have waited longest for a person. Days move slowly and payloads are long: they are read once a
 * minute, and what has been filed since is left out all the same.
 */
export const mostUrgent = (db: Db, { now, until, limit }: { now: number; until: string; limit: number }): Urgent[] => {
  const due = new Map(dueUntil(db, until, now).map(({ id, due }) => [id, due]));
  const late = byIds(db, [...due.keys()]).filter((row) => unfinished.includes(row.status));
  const waiting = longestWaiting(db, limit).filter((row) => !due.has(row.id));
  return [...late.map((row) => ({ row, due: due.get(row.id) ?? null })), ...waiting.map((row) => ({ row, due: null }))].slice(0, limit);
};

const dueUntil = (db: Db, until: string, now: number): readonly Candidate[] => {
  const known = keptOf.get(db);
  if (known && known.day === until && now < known.until) return known.found;
  const found = pairs(db, unfinished)
    .flatMap(({ site_id, status }) => db.sql(dueSql(status)).all({ site_id, until }) as unknown as Candidate[])
    .sort((a, b) => a.due.localeCompare(b.due) || a.id - b.id)
    .slice(0, 20);
  keptOf.set(db, { until: now + keptMs, day: until, found });
  return found;
};

/** Other programs write payloads too: what cannot be read has no day. */
const dueSql = (status: Status) => `SELECT id, due FROM (
    SELECT id, substr(CASE WHEN json_valid(payload) THEN payload ->> '$.fecha_presentacion' END, 1, 10) AS due
      FROM ${inStatus(status)} AND site_id = @site_id ORDER BY id LIMIT ${looked})
  WHERE due GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND due <= @until ORDER BY due LIMIT 20`;

/** Waiting for a person, the oldest first. */
const longestWaiting = (db: Db, limit: number): ListedTramite[] => {
  const ids = pairs(db, ['needs_review', 'awaiting_confirmation']).flatMap(({ site_id, status }) =>
    db
      .sql(`SELECT id FROM ${inStatus(status)} AND site_id = ? ORDER BY id LIMIT +?`)
      .all(site_id, limit)
      .map((row) => row.id as number),
  );
  return byIds(
    db,
    ids.sort((a, b) => a - b),
  ).slice(0, limit);
};

type Pair = { readonly site_id: string; readonly status: Status };

/** Organismos and statuses that have rows. */
const pairs = (db: Db, statuses: readonly Status[]): Pair[] =>
  db
    .sql('SELECT site_id, status FROM queue_counts WHERE n > 0 AND status IN (SELECT value FROM json_each(?))')
    .all(JSON.stringify(statuses)) as unknown as Pair[];
