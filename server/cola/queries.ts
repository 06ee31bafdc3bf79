import type { Db } from '#server/db/open.ts';
import { type PageKey, pageSize } from '#server/lib/page.ts';
import { inStatus } from './in-status.ts';
import type { Filter } from './rules.ts';
import { search, searchLimit } from './search.ts';
import { type Status, statuses } from './transitions.ts';

export type { Filter };

/** A row of the list: everything but the payload. */
export type ListedTramite = {
  readonly id: number;
  readonly site_id: string;
  readonly resource_id: string;
  readonly expediente: string | null;
  readonly status: Status;
  readonly attempts: number;
  readonly error_code: string | null;
  readonly error_log: string | null;
  readonly result: string | null;
  readonly not_before: string | null;
  readonly approved_at: string | null;
  readonly created_at: string;
  readonly processed_at: string | null;
};

/** A whole row of `tramite_queue`. */
export type Tramite = ListedTramite & {
  readonly protocol: string | null;
  readonly payload: string | null;
  readonly url_directa: string | null;
  readonly screenshot_path: string | null;
  readonly priority: number;
  readonly approved_by: string | null;
  readonly rule_version: string | null;
};

const listed = `id, site_id, resource_id, expediente, status, attempts, error_code, substr(error_log, 1, 400) AS error_log, result,
  not_before, approved_at, created_at, processed_at`;

/** One page of the list, with one row more than fits if there are more, and how far its search could look. */
export type FoundPage = {
  readonly rows: ListedTramite[];
  /** Of its organismo, or of all. */
  readonly counts: StatusCounts;
  /** Rows under the filter, on this page or not; of a search, those it found. */
  readonly matching: number;
  readonly capped: boolean;
  readonly behind: number;
};

/** The rows of a page in the order the key walks. */
export const findPage = (db: Db, filter: Filter, key: PageKey | null): FoundPage => {
  const limit = pageSize + 1;
  const counts = countByStatus(db, filter.site);
  if (filter.search === null)
    return { rows: pageRows(db, filter, key, limit), counts, matching: among(counts, filter.status), capped: false, behind: 0 };
  const { ids, capped, behind } = search(db, filter.search);
  const matching = amongIds(db, ids, filter, { key: null, limit: searchLimit }).length;
  return { rows: byIds(db, amongIds(db, ids, filter, { key, limit })), counts, matching, capped, behind };
};

/** Without a filter the rows are walked themselves; else their ids come from indexes first. */
const pageRows = (db: Db, filter: Filter, key: PageKey | null, limit: number): ListedTramite[] => {
  if (filter.site !== null || filter.status !== null) return byIds(db, pageIds(db, filter, key, limit));
  return db.sql(wholeSql(key)).all(key === null ? { limit } : { key: key.id, limit }) as unknown as ListedTramite[];
};

/** One page of everything. */
export const wholeSql = (key: PageKey | null): string => {
  const { cut, order } = walk(key);
  return `SELECT ${listed} FROM tramite_queue WHERE true${cut} ORDER BY id ${order} LIMIT +@limit`;
};

/** Where the key cuts a list, and which way it walks. */
const walk = (key: PageKey | null) => ({
  order: (key?.older ?? true) ? 'DESC' : 'ASC',
  cut: key === null ? '' : ` AND id ${key.older ? '<' : '>'} @key`,
});

const pageIds = (db: Db, filter: Filter, key: PageKey | null, limit: number): number[] => {
  // Only a status without an organismo is looked for organismo by organismo.
  const merges = filter.site === null && filter.status !== null;
  const sites = merges ? sitesInQueue(db) : [];
  const values = {
    site: filter.site,
    status: filter.status,
    key: key?.id ?? null,
    limit,
    sites: JSON.stringify(sites),
  };
  return db
    .sql(pageSql(filter, key, sites.length))
    .all(values)
    .map((row) => row.id as number);
};

/** Rows of those ids, in their order; ids that do not exist are left out. */
export const byIds = (db: Db, ids: readonly number[]): ListedTramite[] => {
  const rows = db.sql(`SELECT ${listed} FROM tramite_queue WHERE id IN (SELECT value FROM json_each(?))`).all(JSON.stringify(ids));
  const known = new Map((rows as unknown as ListedTramite[]).map((row) => [row.id, row]));
  return ids.flatMap((id) => known.get(id) ?? []);
};

/**
 * One statement per shape of filter and key. Rows are indexed by organismo, status and id: where one of the first two is
 * not given, the statement asks for the first ones of each value and merges them, some short walks instead of a long one.
 * `sites` = how many organismos `@sites` (JSON) lists.
 */
export const pageSql = (filter: Omit<Filter, 'search'>, key: PageKey | null, sites: number): string => {
  const { order, cut } = walk(key);
  const arm = (rows: string) => `SELECT * FROM (SELECT id FROM ${rows}${cut} ORDER BY id ${order} LIMIT +@limit)`;
  const merged = (arms: readonly string[]) => `SELECT id FROM (${arms.map(arm).join(' UNION ALL ')}) ORDER BY id ${order} LIMIT +@limit`;
  const { site, status } = filter;
  if (site !== null) return merged((status === null ? statuses : [status]).map((one) => `${inStatus(one)} AND site_id = @site`));
  if (status === null || sites === 0) return arm(`tramite_queue WHERE ${status === null}`);
  return merged(Array.from({ length: sites }, (_, index) => `${inStatus(status)} AND site_id = @sites ->> '$[${index}]'`));
};

/** Of some ids, those of a filter, in the order of the key. */
export const amongSql = (key: PageKey | null): string => {
  const { order, cut } = walk(key);
  return `SELECT id FROM tramite_queue
    WHERE id IN (SELECT value FROM json_each(@ids))
      AND (@site IS NULL OR site_id = @site) AND (@status IS NULL OR status = @status)${cut}
    ORDER BY id ${order} LIMIT +@limit`;
};

const amongIds = (db: Db, ids: readonly number[], filter: Filter, { key, limit }: { key: PageKey | null; limit: number }): number[] =>
  db
    .sql(amongSql(key))
    .all({ ids: JSON.stringify(ids), site: filter.site, status: filter.status, key: key?.id ?? null, limit })
    .map((row) => row.id as number);

/**
 * Ids under a filter, the newest first, from `key` on, `limit` at most. A search finds no more than its own limit.
 */
export const idsUnder = (db: Db, filter: Filter, limit: number, key: PageKey | null = null): number[] =>
  filter.search === null ? pageIds(db, filter, key, limit) : amongIds(db, search(db, filter.search).ids, filter, { key, limit });

/** How many rows there are under a filter; of a search, how many it found. */
export const countMatching = (db: Db, filter: Filter): number =>
  filter.search === null ? among(countByStatus(db, filter.site), filter.status) : idsUnder(db, filter, searchLimit).length;

const among = (counts: StatusCounts, status: Status | null): number => (status === null ? totalOf(counts) : counts[status]);

export const totalOf = (counts: StatusCounts): number => statuses.reduce((sum, status) => sum + counts[status], 0);

/** How many rows are newer than that id under the filter, counted up to 101. Searches count nothing. */
export const countNewer = (db: Db, filter: Filter, id: number): number => {
  if (filter.search !== null) return 0;
  return pageIds(db, filter, { older: false, id }, 101).length;
};

export type StatusCounts = Readonly<Record<Status, number>>;

/** Rows per status, of one organismo or of all; from the table the triggers keep. */
export const countByStatus = (db: Db, site: string | null): StatusCounts => {
  const rows = db
    .sql('SELECT status, sum(n) AS n FROM queue_counts WHERE (@site IS NULL OR site_id = @site) GROUP BY status')
    .all({ site });
  const found = new Map(rows.map((row) => [row.status as Status, row.n as number]));
  return Object.fromEntries(statuses.map((status) => [status, found.get(status) ?? 0])) as Record<Status, number>;
};

/** Every organismo that has or had rows in the queue, by name. */
export const sitesInQueue = (db: Db): string[] =>
  db
    .sql('SELECT DISTINCT site_id FROM queue_counts ORDER BY site_id')
    .all()
    .map((row) => row.site_id as string);

export const findTramite = (db: Db, id: number): Tramite | null =>
  (db.sql('SELECT * FROM tramite_queue WHERE id = ?').get(id) as unknown as Tramite | undefined) ?? null;

/** Filed by one organismo since that instant. */
export const filedSince = (db: Db, site: string, instant: string): number =>
  db.sql("SELECT count(*) AS n FROM tramite_queue WHERE status = 'completed' AND site_id = ? AND processed_at >= ?").get(site, instant)
    ?.n as number;

/** Instant of the last filing of one organismo, and of its oldest pending trámite. */
export const extremes = (db: Db, site: string): { lastFiled: string | null; oldestPending: string | null } => ({
  lastFiled: (db.sql("SELECT max(processed_at) AS at FROM tramite_queue WHERE status = 'completed' AND site_id = ?").get(site)?.at ??
    null) as string | null,
  oldestPending: (db
    .sql(
      "SELECT min(created_at) AS at FROM tramite_queue INDEXED BY tramite_take_next WHERE status IN ('pending', 'processing') AND status = 'pending' AND site_id = ?",
    )
    .get(site)?.at ?? null) as string | null,
});
