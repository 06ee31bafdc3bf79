import type { Db } from '#server/db/open.ts';

/**
 * Those of `ids` that must not be claimed: in `reclamaciones` in any state but `lost`, or in the queue. Rows of the
 * queue may have been inserted by others, without a reclamación.
 */
export const knownIds = (db: Db, ids: readonly string[]): ReadonlySet<string> => {
  const list = JSON.stringify(ids);
  const known = db
    .sql(
      `SELECT j.value AS id FROM json_each(?) j
       WHERE EXISTS (SELECT 1 FROM reclamaciones r WHERE r.resource_id = j.value AND r.state <> 'lost')
          OR EXISTS (SELECT 1 FROM tramite_queue t WHERE t.resource_id = j.value)`,
    )
    .all(list);
  return new Set(known.map((row) => row.id as string));
};

/** Trámites of that organismo that still have work in them, and those on their way into the queue. */
export const inQueue = (db: Db, siteId: string): number => {
  const row = db
    .sql(
      `SELECT coalesce((SELECT sum(n) FROM queue_counts
                         WHERE site_id = @siteId AND status IN ('pending', 'processing', 'awaiting_confirmation')), 0)
            + (SELECT count(*) FROM reclamaciones WHERE state = 'intended' AND site_id = @siteId) AS n`,
    )
    .get({ siteId });
  return row?.n as number;
};
