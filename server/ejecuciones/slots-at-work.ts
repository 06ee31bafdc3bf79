import type { Db } from '#server/db/open.ts';
import { activeStates, sqlList } from './estados.ts';

/** How many slots of this machine work for each organismo now; one that is not there has none. */
export const slotsAtWork = (db: Db): ReadonlyMap<string, number> =>
  new Map(
    db
      .sql(
        `SELECT t.site_id AS siteId, count(*) AS n
           FROM ejecuciones AS e JOIN tramite_queue AS t ON t.id = e.tramite_id
          WHERE e.estado IN ${sqlList(activeStates)} AND e.fase IS NOT NULL
          GROUP BY t.site_id`,
      )
      .all()
      .map((row) => [row.siteId as string, row.n as number]),
  );
