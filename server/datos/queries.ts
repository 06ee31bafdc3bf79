import type { Db } from '#server/db/open.ts';
import type { LastCopies } from './rules.ts';

export type Copia = {
  readonly copia_id: number;
  readonly archivo: string | null;
  readonly motivo: string;
  readonly empezada_at: string;
  readonly terminada_at: string | null;
  readonly bytes: number | null;
  readonly verificada: number;
  readonly error: string | null;
};

/** The newest copies, those that failed too; not those that were removed. */
export const findCopies = (db: Db): Copia[] =>
  db.sql('SELECT * FROM copias WHERE borrada_at IS NULL ORDER BY copia_id DESC LIMIT 50').all() as Copia[];

/** Good copies that were not removed, the newest first. */
export const goodCopies = (db: Db): { readonly copia_id: number; readonly archivo: string }[] =>
  db
    .sql('SELECT copia_id, archivo FROM copias WHERE verificada = 1 AND borrada_at IS NULL AND archivo IS NOT NULL ORDER BY copia_id DESC')
    .all() as { copia_id: number; archivo: string }[];

export const findCopy = (db: Db, id: number): Copia | null =>
  (db.sql('SELECT * FROM copias WHERE copia_id = ? AND borrada_at IS NULL').get(id) as Copia | undefined) ?? null;

const lastCopiesSql = `
  SELECT max(iif(verificada = 1, empezada_at, NULL)) AS good, max(iif(error IS NOT NULL, terminada_at, NULL)) AS failed FROM copias`;

/** A failure counts only while no good one came after it. */
export const lastCopies = (db: Db): LastCopies => {
  const { good, failed } = db.sql(lastCopiesSql).get() as LastCopies;
  return { good, failed: failed !== null && good !== null && failed < good ? null : failed };
};

/** Copies that were begun after that one (null = ever) and ended badly, and when the first of them began. */
export const unfinishedSince = (db: Db, good: string | null): { readonly count: number; readonly first: string | null } =>
  db.sql('SELECT count(*) AS count, min(empezada_at) AS first FROM copias WHERE error IS NOT NULL AND empezada_at > ?').get(good ?? '') as {
    count: number;
    first: string | null;
  };

/** What a piece of work of the house last left told, and when; null = it was never done. */
export const lastTold = (
  db: Db,
  what: 'retencion' | 'integridad',
): { readonly at: string; readonly data: Record<string, unknown> } | null => {
  const row = db.sql(`SELECT at, data FROM events WHERE entity = 'sistema' AND entity_id = ? ORDER BY event_id DESC LIMIT 1`).get(what);
  return row ? { at: String(row.at), data: JSON.parse(String(row.data ?? '{}')) as Record<string, unknown> } : null;
};

export type Limpieza = {
  readonly at: string;
  readonly que: string;
  readonly cuantos: number;
  readonly bytes: number | null;
  readonly anterior_a: string;
};

/** What was last removed of each kind. */
export const lastCleanings = (db: Db): Limpieza[] =>
  db
    .sql(
      `SELECT at, que, cuantos, bytes, anterior_a FROM limpiezas
        WHERE limpieza_id IN (SELECT max(limpieza_id) FROM limpiezas GROUP BY que)`,
    )
    .all() as Limpieza[];

/** When the captures of a trámite that ended then were removed; null = they were not. */
export const capturesRemovedAt = (db: Db, processedAt: string | null): string | null => {
  if (processedAt === null) return null;
  const row = db.sql(`SELECT min(at) AS at FROM limpiezas WHERE que = 'evidencias' AND anterior_a > ?`).get(processedAt);
  return (row?.at as string | null | undefined) ?? null;
};
