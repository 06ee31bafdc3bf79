/**
 * The events of a trámite (`events.kind` where entity = 'tramite') and the facts each one carries, in `data`.
 * historial/sentences.ts tells them in Spanish.
 *
 * | kind | data |
 * |---|---|
 * | enqueued | siteId, resourceId |
 * | started | attempt, robot, equipo, ejecucion |
 * | completed | attempt, numero, fecha; `recovered` true when found after a restart, `late` true when A360 told it late |
 * | awaiting_confirmation | attempt; `changed` true when it had been approved for other data or papers and is no longer |
 * | approval_asked | robot (of A360, which shows no form before it sends); `changed` 1 when it had been approved for something else |
 * | retry_scheduled | attempt, code, message, notBefore |
 * | returned | attempt, code, message: back to pending without counting as a failure (a stop, a restart) |
 * | failed | attempt, code, message |
 * | needs_review | attempt, code, message |
 * | approved | — |
 * | rejected | motivo |
 * | retried | from |
 * | cancelled | from |
 * | release_ordered | from; `foreign` true when it was no longer ours and there was nothing to give back; else: cancelled, and its recurso is given back at the source (recursos/events.ts tells when) |
 * | resolved | resultado ('presentado' with numero and fecha, or 'no_presentado') |
 */
export const tramiteEventKinds = [
  'enqueued',
  'started',
  'completed',
  'awaiting_confirmation',
  'approval_asked',
  'retry_scheduled',
  'returned',
  'failed',
  'needs_review',
  'approved',
  'rejected',
  'retried',
  'cancelled',
  'release_ordered',
  'resolved',
] as const;
export type TramiteEventKind = (typeof tramiteEventKinds)[number];
