import type { Db } from '#server/db/open.ts';
import { createPacer } from '#server/lib/pacer.ts';
import { isNoInstant } from './take-next.ts';

/** Organismos by whether a person must have approved what is sent for them. */
export type SitesToCount = ReadonlyMap<string, { readonly approvedOnly: boolean }>;

/** Rows of the queue looked at in one turn of the event loop. */
const usualSlice = 10_000;

/**
 * How many trámites of each organismo could be taken at that instant. A million of them hold nobody up: what needs no approval is the
 * count the triggers keep, less the few that wait for their hour; the rest is walked in slices, giving way between them.
 */
export const countDue = async (db: Db, at: string, sites: SitesToCount, slice = usualSlice): Promise<ReadonlyMap<string, number>> => {
  const pacer = createPacer(0);
  const waiting = waitingBySite(db, at, slice);
  const counts = new Map<string, number>();
  for (const [siteId, { approvedOnly }] of sites) {
    if (approvedOnly || waiting === null)
      counts.set(siteId, await walk(db, { at, siteId, approvedOnly: Number(approvedOnly), slice }, pacer.rest));
    else counts.set(siteId, Math.max(0, pendingOf(db, siteId) - (waiting.get(siteId) ?? 0)));
  }
  return counts;
};

/** Trámites whose hour has not come, by organismo; null = too many to be counted at once. */
const waitingBySite = (db: Db, at: string, most: number): ReadonlyMap<string, number> | null => {
  const rows = db.sql(waiting).all({ at, most: most + 1 }) as { siteId: string; n: number }[];
  return rows.reduce((sum, { n }) => sum + n, 0) > most ? null : new Map(rows.map(({ siteId, n }) => [siteId, n]));
};

const waiting = `
  SELECT site_id AS siteId, count(*) AS n FROM (
    SELECT site_id FROM tramite_queue INDEXED BY tramite_retry_at
     WHERE status = 'pending' AND not_before IS NOT NULL AND not_before > CAST(@at AS TEXT) AND NOT (${isNoInstant}) LIMIT +@most)
   GROUP BY site_id`;

const pendingOf = (db: Db, siteId: string): number =>
  Number(db.sql(`SELECT n FROM queue_counts WHERE site_id = ? AND status = 'pending'`).get(siteId)?.n ?? 0);

type Walk = { readonly at: string; readonly siteId: string; readonly approvedOnly: number; readonly slice: number };

const walk = async (db: Db, { slice, ...which }: Walk, rest: () => Promise<void>): Promise<number> => {
  let total = 0;
  for (let after: number | null = -1; after !== null; ) {
    const { seen, last, n } = db.sql(oneSlice).get({ ...which, after, slice }) as { seen: number; last: number; n: number };
    total += n;
    after = seen < slice ? null : last;
    if (after !== null) await rest();
  }
  return total;
};

const oneSlice = `
  SELECT count(*) AS seen, max(id) AS last,
         count(*) FILTER (WHERE (not_before IS NULL OR not_before <= @at OR ${isNoInstant}) AND (@approvedOnly = 0 OR approved_at IS NOT NULL)) AS n
    FROM (SELECT id, not_before, approved_at FROM tramite_queue INDEXED BY tramite_by_site
           WHERE site_id = @siteId AND status = 'pending' AND status <> 'processing' AND id > @after ORDER BY id LIMIT +@slice)`;
