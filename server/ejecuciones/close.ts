import { raise } from '#server/avisos/raise.ts';
import type { TramiteEventKind } from '#server/cola/events.ts';
import { reviewClave } from '#server/cola/resolver.ts';
import { settle } from '#server/cola/settle.ts';
import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';
import { claimIsLost, giveUpClaim } from './lost-claim.ts';
import type { AttemptKey } from './reached.ts';
import { type Decision, decide, type Ending, estadoOf, type Reached, restAfter, withinLimit } from './rules.ts';

/** How transient failures are repeated. */
export type RetryPolicy = {
  /** Transient failures in a row after which a trámite is failed (REINTENTOS_MAX). */
  readonly max: number;
  /** Rest after the first one, doubled with each (REINTENTO_BASE_SEG). */
  readonly baseSeconds: number;
  /** From 0 to 1. */
  readonly random: () => number;
};

export type Closing = {
  readonly key: AttemptKey;
  readonly ending: Ending;
  /** As `howFar` found it before this transaction. */
  readonly reached: Reached;
  readonly retry: RetryPolicy;
  /** Name of a capture of this attempt → the path other programs find it at. */
  readonly pathOf: (capture: string) => string;
  /** Found at the start, after a death. */
  readonly recovered?: boolean;
};

/**
 * Ends an attempt: ejecución, trámite, event and, if a person must look, an aviso. Call inside a transaction.
 * `already_closed`: nothing was done, somebody closed it before. `advanced`: nothing was done, because the thread has
 * moved on since `reached` was read; read it again. From here on the thread cannot advance any more (its statements ask
 * for `fecha_fin IS NULL`), so what is decided here stays true.
 */
export const closeAttempt = (db: Db, now: Date, closing: Closing): Decision | 'already_closed' | 'advanced' => {
  const { key, ending, reached } = closing;
  const row = db.sql('SELECT fase, fecha_fin FROM ejecuciones WHERE ejecucion_id = ?').get(key.ejecucionId);
  if (!row || row.fecha_fin !== null) return 'already_closed';
  if ((row.fase ?? 'preparing') !== reached.fase) return 'advanced';
  const decision = limited(db, key, decide(ending, reached), closing.retry);
  const code = 'code' in decision ? decision.code : null;
  const message = 'message' in decision ? decision.message : null;
  db.sql('UPDATE ejecuciones SET estado = ?, fecha_fin = ?, error_code = ?, mensaje = ?, task_digest = ? WHERE ejecucion_id = ?').run(
    estadoOf(ending, decision),
    now.toISOString(),
    code,
    message,
    decision.verb === 'hold' ? (ending.given?.digest ?? null) : null,
    key.ejecucionId,
  );
  endTramite(db, now, closing, decision);
  return decision;
};

/** The same for a trámite found `processing` without any ejecución that could tell how far it got. */
export const endTramite = (db: Db, now: Date, closing: Omit<Closing, 'reached' | 'ending'>, decision: Decision): void => {
  const { key, retry } = closing;
  const at = now.toISOString();
  const notBefore = decision.verb === 'requeue' && decision.counts ? restUntil(db, now, key.tramiteId, retry) : null;
  const end = decision.verb === 'requeue' ? { ...decision, notBefore } : decision;
  // Another program has moved the row meanwhile: nothing happened to it that could be told.
  if (settle(db, at, key.tramiteId, { ...end, screenshotPath: lastCapture(db, closing) }) === null) return;
  record(db, at, { entity: 'tramite', entityId: key.tramiteId, ...tell(closing, decision, notBefore) });
  if (decision.verb === 'hold' && decision.changed) withdrawApproval(db, key.tramiteId);
  if (claimIsLost(decision)) giveUpClaim(db, at, key.tramiteId);
  if (decision.verb === 'doubt') askForReview(db, at, key.tramiteId, decision.message);
};

const limited = (db: Db, key: AttemptKey, decision: Decision, retry: RetryPolicy): Decision =>
  decision.verb === 'requeue' && decision.counts ? withinLimit(decision, failuresOf(db, key.tramiteId), retry.max) : decision;

const failuresOf = (db: Db, tramiteId: number): number =>
  (db.sql('SELECT transient_failures AS n FROM tramite_queue WHERE id = ?').get(tramiteId)?.n as number | undefined) ?? 0;

const restUntil = (db: Db, now: Date, tramiteId: number, retry: RetryPolicy): string => {
  const rest = restAfter(failuresOf(db, tramiteId) + 1, retry.baseSeconds, retry.random());
  return new Date(now.getTime() + rest).toISOString();
};

const lastCapture = (db: Db, { key, pathOf }: Pick<Closing, 'key' | 'pathOf'>): string | null => {
  // The cast keeps SQLite from planning the statement anew at every call (cola/take-next.ts).
  const row = db
    .sql('SELECT capture FROM steps WHERE ejecucion_id = CAST(? AS TEXT) AND capture IS NOT NULL ORDER BY number DESC LIMIT 1')
    .get(key.ejecucionId);
  return row ? pathOf(row.capture as string) : null;
};

const tell = (
  { key, recovered }: Pick<Closing, 'key' | 'recovered'>,
  decision: Decision,
  notBefore: string | null,
): { kind: TramiteEventKind; data: Record<string, unknown> } => {
  const { attempt } = key;
  const again = recovered ? { recovered: true } : {};
  switch (decision.verb) {
    case 'complete':
      return { kind: 'completed', data: { attempt, numero: decision.result.numero, fecha: decision.result.fecha, ...again } };
    case 'hold':
      return { kind: 'awaiting_confirmation', data: { attempt, ...(decision.changed ? { changed: true } : {}) } };
    case 'requeue':
      return decision.counts
        ? { kind: 'retry_scheduled', data: { attempt, code: decision.code, message: decision.message, notBefore } }
        : { kind: 'returned', data: { attempt, code: decision.code, message: decision.message } };
    case 'fail':
      return { kind: 'failed', data: { attempt, code: decision.code, message: decision.message } };
    case 'doubt':
      return { kind: 'needs_review', data: { attempt, code: decision.code, message: decision.message, ...again } };
  }
};

const withdrawApproval = (db: Db, tramiteId: number): void => {
  db.sql('UPDATE tramite_queue SET approved_at = NULL, approved_by = NULL, approved_digest = NULL WHERE id = ?').run(tramiteId);
};

/** Tells that a person has to look at that trámite. Call inside the transaction that sends it there. */
export const askForReview = (db: Db, at: string, tramiteId: number, message: string): void =>
  raise(db, at, {
    clave: reviewClave(tramiteId),
    nivel: 'ALTO',
    ambito: 'ROBOT',
    naturaleza: 'PERMANENTE',
    titulo: `El trámite ${tramiteId} espera a que una persona lo revise`,
    detalle: message,
    acciones: ['Ábralo en Revisión.', 'Mire en la sede si consta el registro y responda.'],
  });
