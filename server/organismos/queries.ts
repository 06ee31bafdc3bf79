import type { Db } from '#server/db/open.ts';
import type { PageKey } from '#server/lib/page.ts';

/** A row of `organismo_config` with whatever its writer left there: the form shows it as it stands. */
export type RawRow = Readonly<Record<string, unknown>> & { readonly id: number; readonly site_id: string };

export const findRaw = (db: Db, siteId: string): RawRow | null =>
  (db.sql('SELECT * FROM organismo_config WHERE site_id = ?').get(siteId) as RawRow | undefined) ?? null;

/** For a name that is no address. */
export const findRawById = (db: Db, id: number): RawRow | null =>
  (db.sql('SELECT * FROM organismo_config WHERE id = ?').get(id) as RawRow | undefined) ?? null;

/** A set of rules an organismo has had; `reglas` is a JSON object by column. */
export type Version = {
  readonly id: number;
  readonly at: string;
  readonly reglas: string;
  /** null = another program, by SQL. */
  readonly usuario: string | null;
};

const version = 'version_id AS id, at, reglas, usuario';

/** The rules it has now, to the letter as its versions keep them: what an ensayo vouches for. */
export const presentVersion = (db: Db, siteId: string): Version | null =>
  (db.sql(`SELECT ${version} FROM organismo_versiones WHERE site_id = ? ORDER BY version_id DESC LIMIT 1`).get(siteId) as
    | Version
    | undefined) ?? null;

export const findVersion = (db: Db, siteId: string, id: number): Version | null =>
  (db.sql(`SELECT ${version} FROM organismo_versiones WHERE site_id = ? AND version_id = ?`).get(siteId, id) as Version | undefined) ??
  null;

/** The version an older one was changed into; null for the first. */
export const versionBefore = (db: Db, siteId: string, id: number): Version | null =>
  (db
    .sql(`SELECT ${version} FROM organismo_versiones WHERE site_id = ? AND version_id < ? ORDER BY version_id DESC LIMIT 1`)
    .get(siteId, id) as Version | undefined) ?? null;

/** Versions in the order the key walks, one more than `size` if there are more. */
export const findVersions = (db: Db, siteId: string, key: PageKey | null, size: number): Version[] => {
  const older = key?.older ?? true;
  const cut = key === null ? '' : `AND version_id ${older ? '<' : '>'} @key`;
  return db
    .sql(
      `SELECT ${version} FROM organismo_versiones WHERE site_id = @siteId ${cut}
       ORDER BY version_id ${older ? 'DESC' : 'ASC'} LIMIT +@limit`,
    )
    .all({ siteId, limit: size + 1, ...(key && { key: key.id }) }) as unknown as Version[];
};

/**
 * Whether its last ensayo was run with the rules it has now, after their last edit. Both instants are SQLite's own:
 * the versions are written by triggers.
 */
export const isVouched = (db: Db, siteId: string): boolean =>
  db
    .sql(
      `SELECT 1 FROM ensayos e JOIN organismo_versiones v
         ON v.version_id = (SELECT max(version_id) FROM organismo_versiones WHERE site_id = e.site_id)
       WHERE e.site_id = ? AND e.reglas = v.reglas AND e.at >= v.at`,
    )
    .get(siteId) !== undefined;

/** How many there are, and how many somebody has switched on. */
export const countOrganismos = (db: Db): { readonly total: number; readonly active: number } =>
  db.sql('SELECT count(*) AS total, coalesce(sum(active = 1), 0) AS active FROM organismo_config').get() as {
    total: number;
    active: number;
  };

/** The name of every organismo there is. */
export const readSites = (db: Db): string[] =>
  db
    .sql('SELECT site_id FROM organismo_config ORDER BY site_id')
    .all()
    .map((row) => row.site_id as string);
