import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';

/** A claimed recurso on its way into the queue. */
export type NewTramite = {
  readonly siteId: string;
  /** Canonical idRecurso. */
  readonly resourceId: string;
  readonly expediente: string | null;
  /** P1, P2, P3 where the organismo has them. */
  readonly protocol: string | null;
  /** Neutral facts of the recurso; the robot's form.ts judges them later. */
  readonly payload: object;
  readonly urlDirecta: string | null;
  /** Lower is taken first. */
  readonly priority: number;
  readonly ruleVersion: string | null;
};

export type Enqueued = {
  readonly inserted: readonly { readonly id: number; readonly resourceId: string }[];
  /** resourceIds that were in the queue already, in whatever status: nothing is filed twice. */
  readonly existing: readonly string[];
};

const insertTramite = `
  INSERT INTO tramite_queue (site_id, resource_id, expediente, protocol, payload, url_directa, priority, rule_version, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (resource_id) DO NOTHING`;

/**
 * Puts the rows into the queue as `pending`, each with its event. Call inside the transaction that closes the intents,
 * and wake `despachar` after it.
 */
export const enqueue = (db: Db, at: string, rows: readonly NewTramite[]): Enqueued => {
  const insert = db.sql(insertTramite);
  const inserted: { id: number; resourceId: string }[] = [];
  const existing: string[] = [];
  for (const row of rows) {
    const { siteId, resourceId, expediente, protocol, payload, urlDirecta, priority, ruleVersion } = row;
    const written = insert.run(siteId, resourceId, expediente, protocol, JSON.stringify(payload), urlDirecta, priority, ruleVersion, at);
    if (written.changes === 0) {
      existing.push(resourceId);
      continue;
    }
    const id = Number(written.lastInsertRowid);
    record(db, at, { entity: 'tramite', entityId: id, kind: 'enqueued', data: { siteId, resourceId } });
    inserted.push({ id, resourceId });
  }
  return { inserted, existing };
};
