import type { Db } from '#server/db/open.ts';

/** What is kept of a recurso ever intended. */
export type Reclamacion = {
  readonly resource_id: string;
  readonly site_id: string;
  readonly texp_original: number | null;
  readonly estado_original: number | null;
  readonly usuario_original: string | null;
  readonly state: 'intended' | 'claimed' | 'lost' | 'released' | 'foreign';
  readonly intended_at: string;
  readonly closed_at: string | null;
};

export const findReclamacion = (db: Db, resourceId: string): Reclamacion | null =>
  (db
    .sql(
      `SELECT resource_id, site_id, texp_original, estado_original, usuario_original, state, intended_at, closed_at
         FROM reclamaciones WHERE resource_id = ?`,
    )
    .get(resourceId) as unknown as Reclamacion | undefined) ?? null;

/** What the last reconciliation found out of step between the source and the queue. */
export type Mismatch = {
  readonly resource_id: string;
  readonly kind: 'unknown_here' | 'foreign_there';
  readonly site_id: string | null;
  readonly detail: string | null;
  readonly at: string;
};

/** As many as a page can show; the count says whether there are more. */
export const findMismatches = (db: Db, limit = 200): { rows: Mismatch[]; total: number } => ({
  rows: db.sql('SELECT * FROM mismatches ORDER BY kind DESC, resource_id LIMIT ?').all(limit) as unknown as Mismatch[],
  total: db.sql('SELECT count(*) AS n FROM mismatches').get()?.n as number,
});
