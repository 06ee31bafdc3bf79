import type { Db } from '#server/db/open.ts';
import { restoredCodes } from './restored.ts';

/** What was put back in time may have been sent since. */
const restored = `('${restoredCodes.join("', '")}')`;

/**
 * Whether some attempt of that trámite reached its submission, its robot said so, or A360 was asked for it and did not refuse: then somebody has to say first what
 * became of it, and nothing may be given back.
 */
export const maybeSent = (db: Db, tramiteId: number): boolean =>
  db
    .sql(
      `SELECT 1 FROM ejecuciones
        WHERE tramite_id = CAST(@id AS INTEGER)
          AND (fase IN ('submitting', 'submitted') OR error_code = 'envio_sin_constancia' OR (fase IS NULL AND coalesce(origen, '') <> 'lanzador'))
       UNION ALL
       SELECT 1 FROM tramite_queue WHERE id = @id AND error_code IN ${restored}`,
    )
    .get({ id: tramiteId }) !== undefined;
