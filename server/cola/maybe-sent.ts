import type { Db } from '#server/db/open.ts';

/**
 * Whether some attempt of that trámite reached its submission, its robot said so, or A360 was asked for it and did not refuse: then somebody has to say first what
 * became of it, and nothing may be given back.
 */
export const maybeSent = (db: Db, tramiteId: number): boolean =>
  db
    .sql(
      `SELECT 1 FROM ejecuciones
        WHERE tramite_id = CAST(? AS INTEGER)
          AND (fase IN ('submitting', 'submitted') OR error_code = 'envio_sin_constancia' OR (fase IS NULL AND coalesce(origen, '') <> 'lanzador'))`,
    )
    .get(tramiteId) !== undefined;
