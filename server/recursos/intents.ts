import { type Enqueued, enqueue, type NewTramite } from '#server/cola/enqueue.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import type { Attachment, Holder, Holding, SourceRow } from '#server/gateways/origen/origen.ts';
import { record } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { Organismo } from '#server/organismos/rules.ts';
import { buildLink } from '#server/organismos/template.ts';
import { buildPayload } from './payload.ts';

/** All that the queue will need, kept with the intent: after a crash nothing has to be found or judged again. */
export type Prepared = {
  readonly row: SourceRow;
  readonly attachments: readonly Attachment[];
  readonly urlDirecta: string | null;
  readonly priority: number;
};

/** The decision to claim a recurso, on its way. */
export type Intent = Prepared & {
  readonly resourceId: string;
  readonly siteId: string;
  readonly ruleVersion: string | null;
};

export const prepare = (organismo: Organismo, row: SourceRow & { readonly id: string }, attachments: readonly Attachment[]): Intent => ({
  resourceId: row.id,
  siteId: organismo.siteId,
  ruleVersion: organismo.ruleVersion,
  row,
  attachments,
  urlDirecta: buildLink(organismo.urlTemplate, { expediente: row.expediente, idRecurso: row.id }).url,
  priority: organismo.prioridad,
});

/** A `lost` recurso may be intended again; any other that is known, here or in the queue, may not. */
const insertIntent = `
  INSERT INTO reclamaciones (resource_id, site_id, texp_original, estado_original, usuario_original, state, source_row, rule_version, intended_at)
  SELECT @resourceId, @siteId, @texp, @estado, @usuario, 'intended', @prepared, @ruleVersion, @at
   WHERE NOT EXISTS (SELECT 1 FROM tramite_queue WHERE resource_id = @resourceId)
  ON CONFLICT (resource_id) DO UPDATE SET
    site_id = excluded.site_id, texp_original = excluded.texp_original, estado_original = excluded.estado_original,
    usuario_original = excluded.usuario_original, state = 'intended', source_row = excluded.source_row,
    rule_version = excluded.rule_version, intended_at = excluded.intended_at, closed_at = NULL
  WHERE reclamaciones.state = 'lost'`;

/** Writes the intents to disk, BEFORE the source is touched. Answers those that stand; the others were known already. */
export const intend = (deps: Deps, intents: readonly Intent[]): Promise<Intent[]> => {
  const { db, clock } = deps;
  const at = isoNow(clock);
  return db.write(() => intents.filter((intent) => db.sql(insertIntent).run(intentValues(intent, at)).changes > 0), { durable: true });
};

const intentValues = (intent: Intent, at: string) => {
  const { row, attachments, urlDirecta, priority } = intent;
  return {
    resourceId: intent.resourceId,
    siteId: intent.siteId,
    texp: row.texp,
    estado: row.estado,
    usuario: row.usuarioRaw,
    prepared: JSON.stringify({ row, attachments, urlDirecta, priority } satisfies Prepared),
    ruleVersion: intent.ruleVersion,
    at,
  };
};

/** What became of an intent: `claimed` goes into the queue, `lost` may be claimed again, `foreign` was ours for a moment. */
export type Settlement = {
  readonly intent: Intent;
  readonly outcome: 'claimed' | 'lost' | 'foreign';
  readonly holder: Holder;
  readonly holding: Holding | undefined;
  /** Found open after a crash or a failure, and not settled by the claim itself. */
  readonly recovered?: boolean;
  /** The claim failed, or never went out, and the recurso is as free as before: nothing has happened to it that its history should tell. */
  readonly untold?: boolean;
};

/**
 * Closes the intents and puts the claimed ones into the queue: one transaction, on disk before it answers. A crash before
 * it leaves the intents open for reconcile.ts; after it, nothing is left to do.
 */
export const settle = async (deps: Deps, settlements: readonly Settlement[]): Promise<Enqueued> => {
  if (settlements.length === 0) return { inserted: [], existing: [] };
  const { db, clock } = deps;
  const at = isoNow(clock);
  const claimed = settlements.filter(({ outcome }) => outcome === 'claimed');
  const enqueued = await db.write(
    () => {
      for (const settlement of settlements) close(db, at, settlement);
      return enqueue(
        db,
        at,
        claimed.map(({ intent }) => tramiteOf(deps, at, intent)),
      );
    },
    { durable: true },
  );
  if (enqueued.inserted.length > 0) deps.wake('despachar');
  if (claimed.length > 0) deps.hub.changed({ entity: 'any' });
  return enqueued;
};

const close = (db: Db, at: string, settlement: Settlement): void => {
  const { intent, outcome } = settlement;
  db.sql(`UPDATE reclamaciones SET state = ?, closed_at = ?, source_row = NULL WHERE resource_id = ? AND state = 'intended'`).run(
    outcome,
    at,
    intent.resourceId,
  );
  if (settlement.untold) return;
  record(db, at, { entity: 'recurso', entityId: intent.resourceId, kind: outcome, data: factsOf(settlement) });
};

const factsOf = ({ intent, outcome, holder, holding, recovered }: Settlement): Record<string, unknown> => {
  const { siteId, row } = intent;
  if (outcome === 'lost') return { siteId, holder };
  if (outcome === 'foreign') return { siteId, usuario: holding?.usuario ?? null };
  return {
    siteId,
    expediente: row.expediente,
    texp: row.texp,
    usuario: row.usuario || null,
    ...(row.expedientePadded ? { normalised: true } : {}),
    ...(recovered ? { recovered: true } : {}),
  };
};

/** A claimed recurso as the queue takes it. */
export const tramiteOf = (deps: Deps, at: string, intent: Intent): NewTramite => {
  const context = { claimedAt: at, source: deps.origen.shownAs, intranet: deps.config.XVIA_URL };
  return {
    siteId: intent.siteId,
    resourceId: intent.resourceId,
    expediente: intent.row.expediente || null,
    protocol: null,
    payload: buildPayload(intent.row, intent.attachments, context),
    urlDirecta: intent.urlDirecta,
    priority: intent.priority,
    ruleVersion: intent.ruleVersion,
  };
};
