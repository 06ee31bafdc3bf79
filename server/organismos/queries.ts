import type { Db } from '#server/db/open.ts';

/** A row of `organismo_config` with whatever its writer left there: the form shows it as it stands. */
export type RawRow = Readonly<Record<string, unknown>> & { readonly id: number; readonly site_id: string };

export const findRaw = (db: Db, siteId: string): RawRow | null =>
  (db.sql('SELECT * FROM organismo_config WHERE site_id = ?').get(siteId) as RawRow | undefined) ?? null;

/** The name of every organismo there is. */
export const readSites = (db: Db): string[] =>
  db
    .sql('SELECT site_id FROM organismo_config ORDER BY site_id')
    .all()
    .map((row) => row.site_id as string);
