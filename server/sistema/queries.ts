import type { Db } from '#server/db/open.ts';

/** The last copy of the database that ended, well or badly. */
export type LastCopy = { readonly terminada_at: string; readonly verificada: number; readonly error: string | null };

export const lastCopy = (db: Db): LastCopy | undefined =>
  db.sql('SELECT terminada_at, verificada, error FROM copias WHERE terminada_at IS NOT NULL ORDER BY copia_id DESC LIMIT 1').get() as
    | LastCopy
    | undefined;
