import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';
import { settle } from './settle.ts';

/** A trámite whose attempt begins now. */
export type TakenTramite = {
  readonly id: number;
  readonly siteId: string;
  readonly resourceId: string;
  readonly expediente: string | null;
  readonly protocol: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly urlDirecta: string | null;
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  /** A person has approved the submission. */
  readonly approved: boolean;
  /** What that person saw (`ejecuciones.task_digest`); null when nobody wrote it down. */
  readonly approvedDigest: string | null;
};

/** Another program wrote something that is not even a day: no hour will ever come for it, so it is due. */
export const isNoInstant = `not_before NOT GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*'`;

/**
 * The best due row of each site, and of those the best: one walk down the partial index per site, whatever the size of
 * the table. The casts are there for speed: with a bare parameter beside a partial index SQLite plans the statement
 * anew at every call (27 µs instead of 2).
 */
export const nextDue = `
  SELECT t.id, t.site_id AS siteId, t.resource_id AS resourceId, t.expediente, t.protocol, t.payload,
         t.url_directa AS urlDirecta, t.attempts, t.approved_at AS approvedAt, t.approved_digest AS approvedDigest
    FROM json_each(?) AS site
    JOIN tramite_queue AS t ON t.id = (
      SELECT id FROM tramite_queue INDEXED BY tramite_take_next
       WHERE site_id = site.value AND status IN ('pending', 'processing') AND status = 'pending' AND (not_before IS NULL OR not_before <= CAST(? AS TEXT) OR ${isNoInstant})
       ORDER BY priority, created_at, id LIMIT 1)
   ORDER BY t.priority, t.created_at, t.id LIMIT 1`;

const begin = `UPDATE tramite_queue SET status = 'processing', attempts = attempts + 1, not_before = NULL WHERE id = ? AND status = 'pending'`;

/**
 * Takes the next due trámite of those sites, by priority, age and id, and marks it `processing`; null when there is
 * none. A payload that cannot be read fails its own trámite here and the next one is taken. Call inside a transaction.
 */
export const takeNext = (db: Db, at: string, sites: readonly string[]): TakenTramite | null => {
  const among = JSON.stringify(sites);
  for (;;) {
    const row = db.sql(nextDue).get(among, at) as Row | undefined;
    if (!row) return null;
    db.sql(begin).run(row.id);
    const payload = decode(row.payload);
    if (payload) return taken(row, payload);
    failUnreadable(db, at, row);
  }
};

type Row = Omit<TakenTramite, 'payload' | 'attempt' | 'approved' | 'resourceId'> & {
  readonly resourceId: unknown;
  readonly payload: unknown;
  readonly attempts: number;
  readonly approvedAt: string | null;
};

const taken = (row: Row, payload: Record<string, unknown>): TakenTramite => {
  const { id, siteId, resourceId, expediente, protocol, urlDirecta, attempts, approvedAt, approvedDigest } = row;
  const attempt = attempts + 1;
  const approved = approvedAt !== null;
  return { id, siteId, resourceId: String(resourceId), expediente, protocol, payload, urlDirecta, attempt, approved, approvedDigest };
};

/** Other programs write this column too: whatever is not a JSON object is unreadable. */
const decode = (payload: unknown): Record<string, unknown> | null => {
  if (typeof payload !== 'string') return null;
  try {
    const read: unknown = JSON.parse(payload);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

const failUnreadable = (db: Db, at: string, row: Row): void => {
  const code = 'payload_ilegible';
  const message = 'Los datos del trámite no se pueden leer: la columna payload no contiene un objeto JSON.';
  settle(db, at, row.id, { verb: 'fail', code, message });
  record(db, at, { entity: 'tramite', entityId: row.id, kind: 'failed', data: { attempt: row.attempts + 1, code, message } });
};
