import type { Deps } from '#server/deps.ts';
import type { Rehearsal } from './ensayo.ts';

/**
 * Keeps that an ensayo was run with those rules (as a version keeps them): it lets them be switched on. The instant is
 * SQLite's own, as that of the versions it is compared with.
 */
export const keepEnsayo = async ({ db }: Deps, siteId: string, reglas: string, { seen, matches }: Rehearsal): Promise<void> => {
  await db.write(() =>
    db
      .sql(
        `INSERT INTO ensayos (site_id, reglas, seen, matched) VALUES (?, ?, ?, ?)
         ON CONFLICT (site_id) DO UPDATE SET at = excluded.at, reglas = excluded.reglas, seen = excluded.seen, matched = excluded.matched`,
      )
      .run(siteId, reglas, seen, matches.count),
  );
};
