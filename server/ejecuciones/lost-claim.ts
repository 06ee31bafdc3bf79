import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';
import { type Decision, lostClaimCode } from './rules.ts';

/** Whether the attempt ended because the guard found the recurso in other hands. */
export const claimIsLost = (decision: Decision): boolean => decision.verb === 'doubt' && decision.code === lostClaimCode;

/**
 * The claim of that trámite's recurso no longer stands: it must not carry a later attempt past a silent source. Call
 * inside the transaction that ends the attempt.
 */
export const giveUpClaim = (db: Db, at: string, tramiteId: number): void => {
  const lost = db
    .sql(
      `UPDATE reclamaciones SET state = 'foreign', closed_at = ?
        WHERE state = 'claimed' AND resource_id = (SELECT resource_id FROM tramite_queue WHERE id = ?)
        RETURNING resource_id AS resourceId, site_id AS siteId`,
    )
    .get(at, tramiteId);
  if (!lost) return;
  record(db, at, { entity: 'recurso', entityId: String(lost.resourceId), kind: 'foreign', data: { siteId: lost.siteId } });
};
