import type { Db } from '#server/db/open.ts';
import { byIds, type ListedTramite, sitesInQueue } from './queries.ts';
import type { Status } from './transitions.ts';

/** The statuses in which nothing more happens by itself and nobody has to look. */
export const finishedStatuses = ['completed', 'failed', 'cancelled'] as const satisfies readonly Status[];
export type FinishedStatus = (typeof finishedStatuses)[number];

/** What is asked of the finished ones. `range` = stored instants of their end, the second one excluded. */
export type FinishedFilter = {
  readonly status: FinishedStatus;
  readonly site: string | null;
  readonly range: { readonly from: string; readonly to: string } | null;
};

/** Where the list, newest end first, is cut. `at` = the end as it is stored; null = among those whose end is not known, which come last. */
export type EndKey = { readonly older: boolean; readonly at: string | null; readonly id: number };

/** Reads `pagina`; anything its own links did not give is the first page. */
export const parseEndKey = (text: string): EndKey | null => {
  const [, word, at, id] = /^(antes|despues)-(?:([\w-]*)-)?(\d{1,15})$/.exec(text) ?? [];
  if (word === undefined) return null;
  return { older: word === 'antes', at: at === undefined ? null : Buffer.from(at, 'base64url').toString(), id: Number(id) };
};

/** Other programs write that column too: whatever stands there has to come back as it is. */
export const endKeyText = ({ older, at, id }: EndKey): string =>
  `${older ? 'antes' : 'despues'}-${at === null ? '' : `${Buffer.from(at).toString('base64url')}-`}${id}`;

/** The key that begins after that row. */
export const beyondRow = (older: boolean, row: Pick<ListedTramite, 'processed_at' | 'id'>): EndKey => ({
  older,
  at: row.processed_at,
  id: row.id,
});

const dated = 'processed_at IS NOT NULL';
const undated = 'processed_at IS NULL';

/** The stretches of the index that lie beyond the key: the rest of its own instant, the other instants, and the unknown. */
const stretches = (key: EndKey | null): string[] => {
  if (key === null) return [dated, undated];
  const beyond = key.older ? '<' : '>';
  if (key.at === null) return key.older ? [`${undated} AND id < @id`] : [`${undated} AND id > @id`, dated];
  const inTime = [`processed_at = @at AND id ${beyond} @id`, `processed_at ${beyond} @at`];
  return key.older ? [...inTime, undated] : inTime;
};

/** SQLite sees that a partial index serves only where its own condition stands word for word; after the equality, or it sorts. */
const givenUp = "status IN ('failed', 'cancelled')";

/** Left to itself SQLite takes the index by status, and would sort a million rows for a page. */
const byEnd = (status: FinishedStatus, more: string): string =>
  status === 'completed'
    ? `tramite_queue INDEXED BY tramite_filed WHERE status = 'completed' AND ${more}`
    : `tramite_queue INDEXED BY tramite_given_up WHERE status = '${status}' AND ${givenUp} AND ${more}`;

/**
 * One statement per shape of filter and key: each organismo walks its own index (by end, then id) over each stretch, a
 * page of it at most, and the few that come together are sorted. `sites` = how many organismos `@sites` (JSON) lists.
 */
export const finishedSql = ({ status, range }: Pick<FinishedFilter, 'status' | 'range'>, key: EndKey | null, sites: number): string => {
  const order = (key?.older ?? true) ? 'DESC' : 'ASC';
  const within = range === null ? '' : ' AND processed_at >= @from AND processed_at < @to';
  const arm = (site: number, stretch: string) =>
    `SELECT * FROM (SELECT id, processed_at FROM ${byEnd(status, `site_id = @sites ->> '$[${site}]' AND ${stretch}${within}`)}
      ORDER BY ${stretch.startsWith(undated) ? '' : `processed_at ${order}, `}id ${order} LIMIT +@limit)`;
  const arms = Array.from({ length: sites }, (_, site) => stretches(key).map((stretch) => arm(site, stretch))).flat();
  return `SELECT id FROM (${arms.join(' UNION ALL ')}) ORDER BY processed_at ${order}, id ${order} LIMIT +@limit`;
};

/** Finished ones in the order the key walks. */
export const findFinished = (db: Db, filter: FinishedFilter, key: EndKey | null, limit: number): ListedTramite[] => {
  const sites = filter.site === null ? sitesInQueue(db) : [filter.site];
  if (sites.length === 0) return [];
  const values = { sites: JSON.stringify(sites), at: key?.at ?? null, id: key?.id ?? null, limit };
  const ids = db
    .sql(finishedSql(filter, key, sites.length))
    .all({ ...values, from: filter.range?.from ?? null, to: filter.range?.to ?? null })
    .map((row) => row.id as number);
  return byIds(db, ids);
};

/** Beyond this many nobody needs to know how many more, and counting them would cost the page. */
export const countedUpTo = 10_000;

export const countEndedSql = (status: FinishedStatus): string => {
  const within = 'site_id = @site AND processed_at >= @from AND processed_at < @to';
  return `SELECT count(*) AS n FROM (SELECT 1 FROM ${byEnd(status, within)} LIMIT +@most)`;
};

/** How many of one organismo ended within that time; `countedUpTo` + 1 means more. */
export const countEnded = (db: Db, status: FinishedStatus, site: string, range: { readonly from: string; readonly to: string }): number =>
  db.sql(countEndedSql(status)).get({ site, from: range.from, to: range.to, most: countedUpTo + 1 })?.n as number;
