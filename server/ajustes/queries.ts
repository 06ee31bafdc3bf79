import type { Db } from '#server/db/open.ts';

/** A value edited in the panel, as it stands there. */
export type StoredSetting = { readonly clave: string; readonly valor: string; readonly at: string; readonly by: string | null };

const stored = 'SELECT CAST(clave AS TEXT) AS clave, CAST(valor AS TEXT) AS valor, updated_at AS at, updated_by AS "by" FROM ajustes';

/** All of them, also those nobody can use. */
export const storedSettings = (db: Db): ReadonlyMap<string, StoredSetting> =>
  new Map((db.sql(`${stored} ORDER BY clave`).all() as StoredSetting[]).map((row) => [row.clave, row]));

export const storedSetting = (db: Db, key: string): StoredSetting | undefined =>
  db.sql(`${stored} WHERE clave = ?`).get(key) as StoredSetting | undefined;
