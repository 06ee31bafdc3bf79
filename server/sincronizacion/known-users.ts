import type { Db } from '#server/db/open.ts';
import type { KnownUser } from './rules.ts';

/**
 * What the last readable listing of users left in `equipos`: where A360 does not let us list them, the machines go on with the
 * licences they had, and one that comes with a user nobody knows waits.
 */
export const knownUsers = (db: Db): ReadonlyMap<string, KnownUser> =>
  new Map(
    db
      .sql(
        `SELECT user_id, max(user_name) AS name, max(licencia) AS licencia, min(user_activo) AS activo
           FROM equipos WHERE user_id IS NOT NULL GROUP BY user_id`,
      )
      .all()
      .map((row) => [
        row.user_id as string,
        { name: (row.name ?? '') as string, licencia: row.licencia as string | null, activo: row.activo as number },
      ]),
  );
