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

/** As many as a page can show, how many there are of each side, and when they were found. */
export const findMismatches = (
  db: Db,
  limit = 200,
): { rows: Mismatch[]; counts: Readonly<Record<Mismatch['kind'], number>>; at: string | null } => {
  const counted = db.sql('SELECT kind, count(*) AS n, max(at) AS at FROM mismatches GROUP BY kind').all();
  const of = (kind: Mismatch['kind']) => (counted.find((row) => row.kind === kind)?.n as number | undefined) ?? 0;
  const oneSide = db.sql('SELECT * FROM mismatches WHERE kind = ? ORDER BY resource_id LIMIT +?');
  return {
    rows: [...oneSide.all('unknown_here', limit), ...oneSide.all('foreign_there', limit)] as unknown as Mismatch[],
    counts: { unknown_here: of('unknown_here'), foreign_there: of('foreign_there') },
    at:
      counted
        .map((row) => row.at as string)
        .sort()
        .at(-1) ?? null,
  };
};
