import type { FilingResult, TramiteOutcome } from '#workers/messages.ts';

/** How far an attempt got; the worker thread advances it, durably, before it acts. */
export type Fase = 'preparing' | 'ready' | 'submitting' | 'submitted';

/** What stands on the disk of an attempt that ended. */
export type Reached = {
  readonly fase: Fase;
  /** What the thread wrote down when it had the receipt. */
  readonly result: FilingResult | null;
  /** The receipt file exists, is a PDF, and has the size and the hash that were written down. */
  readonly receiptVerified: boolean;
};

/** What a robot was given, and whether a person had approved something else. */
export type Given = { readonly digest: string; readonly approvalStale: boolean };

/** How an attempt ended. `given` once everything was prepared. */
export type Ending = { readonly given?: Given } & EndingKind;

type EndingKind =
  | { readonly kind: 'outcome'; readonly outcome: TramiteOutcome }
  /** It could not begin: the payload, the papers. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly transient: boolean }
  /** All that `simular` asks for has been done. */
  | { readonly kind: 'prepared' }
  /** The thread died or was ended. */
  | { readonly kind: 'died'; readonly code: string; readonly message: string }
  /** Interrupted by us (a stop, a restart): no failure of the trámite. */
  | { readonly kind: 'interrupted'; readonly code: string; readonly message: string };

/** What becomes of the trámite. */
export type Decision =
  | { readonly verb: 'complete'; readonly result: FilingResult }
  /** `changed`: approved, but for other data or papers; a person has to approve it again. */
  | { readonly verb: 'hold'; readonly changed?: true }
  | { readonly verb: 'requeue'; readonly counts: boolean; readonly code: string; readonly message: string }
  | { readonly verb: 'fail' | 'doubt'; readonly code: string; readonly message: string };

/**
 * What becomes of a trámite whose attempt ended, whoever asks: the dispatcher, or the start after a death.
 * From `submitting` on nothing repeats by itself: a verified receipt completes, anything else goes to a person. Before,
 * nothing was sent, and the ending decides. Pure.
 */
export const decide = (ending: Ending, reached: Reached): Decision => {
  if (reached.fase === 'submitted') return decideSubmitted(ending, reached);
  if (reached.fase === 'submitting') return doubt(ending, 'envio_dudoso', 'El envío había empezado y no se sabe si llegó a registrarse.');
  return decideUnsent(ending);
};

const decideSubmitted = (ending: Ending, { result, receiptVerified }: Reached): Decision => {
  if (result && receiptVerified) return { verb: 'complete', result };
  return doubt(ending, 'justificante_no_verificado', 'El envío terminó, pero el justificante falta o está dañado.');
};

/** Its own word and sentence when it brought one, because it knows more. */
const doubt = (ending: Ending, code: string, message: string): Decision => {
  if (ending.kind === 'outcome' && ending.outcome.kind === 'failed')
    return { verb: 'doubt', code: ending.outcome.code, message: ending.outcome.message };
  return { verb: 'doubt', code, message };
};

const decideUnsent = (ending: Ending): Decision => {
  switch (ending.kind) {
    case 'prepared':
      return hold(ending);
    case 'refused':
      return ending.transient ? again(ending) : { verb: 'fail', code: ending.code, message: ending.message };
    case 'died':
      return again(ending);
    case 'interrupted':
      return { verb: 'requeue', counts: false, code: ending.code, message: ending.message };
    case 'outcome':
      return ending.outcome.kind === 'awaiting' ? hold(ending) : decideOutcome(ending.outcome);
  }
};

/** The guard found the recurso in other hands. */
export const lostClaimCode = 'reclamacion_perdida';

/** Failures after which nothing was sent and yet a person must look. */
const forAPerson: ReadonlySet<string> = new Set([lostClaimCode]);

const hold = ({ given }: Ending): Decision => (given?.approvalStale ? { verb: 'hold', changed: true } : { verb: 'hold' });

const decideOutcome = (outcome: Exclude<TramiteOutcome, { kind: 'awaiting' }>): Decision => {
  switch (outcome.kind) {
    case 'submitted':
      return { verb: 'doubt', code: 'envio_sin_constancia', message: 'El robot dice que envió, pero no dejó constancia escrita.' };
    case 'stopped':
      return { verb: 'requeue', counts: false, code: 'interrumpido', message: 'El robot paró antes de enviar nada.' };
    case 'failed':
      return decideFailure(outcome);
  }
};

const decideFailure = (outcome: Extract<TramiteOutcome, { kind: 'failed' }>): Decision => {
  const { code, message, transient, doubtful } = outcome;
  if (doubtful || forAPerson.has(code)) return { verb: 'doubt', code, message };
  return transient ? again(outcome) : { verb: 'fail', code, message };
};

const again = ({ code, message }: { code: string; message: string }): Decision => ({ verb: 'requeue', counts: true, code, message });

/** A transient failure too many is final. `failures` counts those before this one. Pure. */
export const withinLimit = (decision: Decision, failures: number, max: number): Decision => {
  if (decision.verb !== 'requeue' || !decision.counts || failures + 1 < max) return decision;
  const times = max === 1 ? 'al primer fallo' : `tras ${max} fallos seguidos`;
  return { verb: 'fail', code: decision.code, message: `${decision.message} No se reintenta más (${times}).` };
};

const longestRestMs = 24 * 3600 * 1000;

/**
 * Milliseconds to rest after the failure number `failures` (from 1): the base doubled each time, a day at most, give or
 * take a fifth so that a portal that comes back is not met by everybody at once. `random` from 0 to 1. Pure.
 */
export const restAfter = (failures: number, baseSeconds: number, random: number): number => {
  const doubled = baseSeconds * 1000 * 2 ** Math.min(failures - 1, 30);
  return Math.round(Math.min(doubled, longestRestMs) * (0.8 + 0.4 * random));
};

/** The state the ejecución closes in (A360's words). Pure. */
export const estadoOf = (ending: Ending, decision: Decision): string => {
  if (decision.verb === 'complete' || decision.verb === 'hold') return 'COMPLETED';
  if (ending.kind === 'interrupted' || (ending.kind === 'outcome' && ending.outcome.kind === 'stopped')) return 'RUN_ABORTED';
  if (ending.kind === 'died') return ending.code === lateCode ? 'RUN_TIMED_OUT' : 'RUN_ABORTED';
  return 'RUN_FAILED';
};

/** The attempt as a whole took longer than it may. */
export const lateCode = 'intento_caducado';

/** When a run is late (settings INTERFAZ_WEB_EJECUCION_DEMORA_*, SAM.md 7). */
export type Slowness = { readonly unknownMs: number; readonly factor: number; readonly floorMs: number };

/** How long each repetition of the runs of a robot that went well has taken. */
export type Usual = { readonly samples: number; readonly averageMs: number };

type Going = { readonly estado: string; readonly robot_id: string; readonly equipo_id: string | null; readonly fecha_inicio: string };

/** Fewer runs say nothing of what is usual. */
const fewestSamples = 5;

/**
 * Whether a run takes much longer than those of its robot do, by repetition of its work (SAM.md 7); the floor is for the whole run. A
 * robot without a history has a limit of its own. Pure.
 */
export const isDelayed = (
  run: Going & { readonly fecha_inicio_real: string | null; readonly repeticiones?: number | null },
  usual: Usual,
  slowness: Slowness,
  now: Date,
): boolean => {
  if (run.estado !== 'RUNNING' && run.estado !== 'DEPLOYED') return false;
  const elapsed = now.getTime() - Date.parse(run.fecha_inicio_real ?? run.fecha_inicio);
  if (usual.samples < fewestSamples) return elapsed > slowness.unknownMs;
  return elapsed > slowness.floorMs && elapsed / Math.max(1, run.repeticiones ?? 1) > usual.averageMs * slowness.factor;
};

const orphanMs = 5 * 60_000;

/** Whether a run waits in A360's own queue for too long, and nothing of its robot has begun on that equipo since. Pure. */
export const isOrphan = (run: Going, open: readonly Going[], now: Date): boolean => {
  if (run.estado !== 'QUEUED' || now.getTime() - Date.parse(run.fecha_inicio) <= orphanMs) return false;
  return !open.some(
    (other) =>
      (other.estado === 'DEPLOYED' || other.estado === 'RUNNING') &&
      other.robot_id === run.robot_id &&
      other.equipo_id === run.equipo_id &&
      other.fecha_inicio > run.fecha_inicio,
  );
};
