import type { Db } from '#server/db/open.ts';

/**
 * What a restored database says of a trámite is of another day: it may have been filed since. Nothing of it is filed, given back nor retried
 * before a person has looked at the portal. Those that somebody had cancelled have a code of their own, so that no order for many files them.
 */
export const restoredCode = 'restaurado';
export const restoredCancelledCode = 'restaurado_cancelado';
export const restoredCodes = [restoredCode, restoredCancelledCode] as const;

/** Key in `ajustes`: when a copy was last put in the place of the database. It stays. */
export const restoredKey = '_restaurada';

/** Stands before what the row said until then. */
const hold = (which: string) => `
  UPDATE tramite_queue
     SET status = 'needs_review', error_code = iif(status = 'cancelled', '${restoredCancelledCode}', '${restoredCode}'),
         error_log = @sentence || iif(status = 'cancelled', ' En la copia estaba cancelado.', '') || coalesce(' Antes: ' || error_log, ''),
         not_before = NULL, approved_at = NULL, approved_by = NULL, approved_digest = NULL, processed_at = @at
   WHERE ${which}`;

const tell = `
  INSERT INTO events (at, entity, entity_id, kind, data, actor)
  SELECT @at, 'tramite', CAST(id AS TEXT), 'needs_review', json_object('code', error_code, 'message', @sentence), 'cerebro'
    FROM tramite_queue
   WHERE status = 'needs_review' AND processed_at = @at AND error_code IN ('${restoredCode}', '${restoredCancelledCode}')`;

const stillOurs = `EXISTS (SELECT 1 FROM reclamaciones r WHERE r.resource_id = tramite_queue.resource_id AND r.state = 'claimed')`;

/** Holds everything that could still be filed; answers how many. Call inside a transaction. */
export const holdUnfiled = (db: Db, at: string, sentence: string): number => {
  const which = `status IN ('pending', 'processing', 'awaiting_confirmation', 'failed', 'needs_review')
                 OR (status = 'cancelled' AND ${stillOurs})`;
  const { changes } = db.sql(hold(which)).run({ at, sentence });
  db.sql(tell).run({ at, sentence });
  return changes;
};

/**
 * Holds a trámite that comes into the queue because its recurso was ours at the source and unknown here: after a restoration it may have been
 * filed already. Without one, does nothing. Call inside a transaction.
 */
export const holdIfRestored = (db: Db, at: string, id: number): void => {
  if (restoredAt(db) === null) return;
  const sentence =
    'La base se restauró de una copia y este recurso ya era de Cerebro en el origen: compruebe en la sede si ya se presentó.';
  const { changes } = db.sql(hold(`id = @id AND status = 'pending'`)).run({ at, sentence, id });
  if (changes > 0) db.sql(`${tell} AND id = @id`).run({ at, sentence, id });
};

/** When a copy was last put in the place of the database; null = never. */
export const restoredAt = (db: Db): string | null => {
  const since = db.sql('SELECT valor FROM ajustes WHERE clave = ?').get(restoredKey)?.valor;
  return typeof since === 'string' ? since : null;
};

/** How many wait because of it, and how many of those one order may answer. */
export const countRestored = (db: Db): { readonly all: number; readonly answerable: number } => {
  const row = db
    .sql(
      `SELECT count(*) AS n, coalesce(sum(error_code = '${restoredCode}'), 0) AS answerable FROM tramite_queue
        WHERE status = 'needs_review' AND status <> 'processing' AND error_code IN ('${restoredCode}', '${restoredCancelledCode}')
          AND site_id IN (SELECT site_id FROM queue_counts WHERE status = 'needs_review' AND n > 0)`,
    )
    .get();
  return { all: row?.n as number, answerable: row?.answerable as number };
};

/** Of those ids, the ones one order may answer. */
export const onlyRestored = (db: Db, ids: readonly number[]): ReadonlySet<number> =>
  new Set(
    db
      .sql(`SELECT id FROM tramite_queue WHERE id IN (SELECT value FROM json_each(?)) AND error_code = '${restoredCode}'`)
      .all(JSON.stringify(ids))
      .map((row) => row.id as number),
  );
