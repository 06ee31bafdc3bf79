import type { Format, Instant } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import { type Attempt, readNames, type StepRow } from './queries.ts';

export type StepView = {
  readonly number: number;
  readonly name: string;
  readonly state: 'done' | 'failed' | 'now' | 'future';
  readonly duration: string;
  readonly note: string;
  readonly errorCode: string | null;
  /** Address of what the page showed at the end of the step. */
  readonly capture: string | null;
};

export type AttemptView = {
  readonly id: string;
  readonly title: string;
  readonly state: Tag;
  readonly robot: string;
  readonly equipo: string;
  readonly started: Instant;
  readonly duration: string;
  readonly before: readonly StepView[];
  /** The line that cannot be crossed back; null when the attempt was not to submit. */
  readonly line: { readonly crossed: boolean; readonly sentence: string } | null;
  readonly after: readonly StepView[];
  readonly message: string;
  readonly receipt: { readonly href: string; readonly numero: string; readonly fecha: string } | null;
};

/** Where a file of an attempt is served. */
export const evidenceHref = (tramiteId: number, attempt: number | null, file: string): string =>
  `/cola/${tramiteId}/evidencias/${attempt ?? 0}/${encodeURIComponent(file)}`;

/** Attempts with their steps, walked and still to walk, as a person reads them. Pure but for the clock inside `format`. */
export const timeline = (tramiteId: number, attempts: readonly Attempt[], steps: readonly StepRow[], format: Format): AttemptView[] => {
  const byAttempt = Map.groupBy(steps, (step) => step.ejecucion_id);
  return attempts.map((attempt) => presentAttempt(tramiteId, attempt, byAttempt.get(attempt.ejecucion_id) ?? [], format));
};

const presentAttempt = (tramiteId: number, attempt: Attempt, walked: readonly StepRow[], format: Format): AttemptView => {
  const planned = readNames(attempt.planned_steps);
  const views = stepViews(tramiteId, attempt, walked, planned, format);
  const first = firstAfterLine(planned);
  return {
    id: attempt.ejecucion_id,
    title: `Intento ${attempt.intento ?? ''}`.trim(),
    state: attemptTag(attempt),
    robot: attempt.robot_id,
    equipo: attempt.equipo_id ?? 'sin equipo',
    started: format.instant(attempt.fecha_inicio),
    duration: format.elapsed(attempt.fecha_inicio, attempt.fecha_fin),
    before: views.filter((step) => first === null || step.number < first),
    line: first === null ? null : lineOf(attempt),
    after: views.filter((step) => first !== null && step.number >= first),
    message: attempt.mensaje ?? '',
    receipt: receiptOf(tramiteId, attempt),
  };
};

/** The engine (workers/steps.ts) ends every list with the one irreversible click and the receipt: the line is before those two. */
const firstAfterLine = (planned: readonly string[]): number | null => (planned.length < 3 ? null : planned.length - 1);

const lineOf = (attempt: Attempt): AttemptView['line'] => {
  const crossed = attempt.fase === 'submitting' || attempt.fase === 'submitted';
  return { crossed, sentence: crossed ? 'Presentación: a partir de aquí no hay vuelta atrás' : 'Punto de presentación (no se ha llegado)' };
};

const isOpen = (attempt: Attempt): boolean => attempt.fecha_fin === null;

const stepViews = (
  tramiteId: number,
  attempt: Attempt,
  walked: readonly StepRow[],
  planned: readonly string[],
  format: Format,
): StepView[] => {
  const done = walked.map(
    (step): StepView => ({
      number: step.number,
      name: step.name,
      state: step.outcome,
      duration: format.elapsed(step.started_at, step.ended_at),
      note: step.note ?? '',
      errorCode: step.error_code,
      capture: step.capture && evidenceHref(tramiteId, attempt.intento, step.capture),
    }),
  );
  const reached = done.at(-1)?.number ?? 0;
  const open = isOpen(attempt) && attempt.fase !== 'preparing' && done.at(-1)?.state !== 'failed';
  const ahead = planned.slice(reached).map(
    (name, index): StepView => ({
      number: reached + index + 1,
      name,
      state: open && index === 0 ? 'now' : 'future',
      duration: '',
      note: '',
      errorCode: null,
      capture: null,
    }),
  );
  return [...done, ...ahead];
};

const endings: Readonly<Record<string, Tag>> = {
  RUN_FAILED: { word: 'Fallido', icon: 'fallo', tone: 'mal' },
  RUN_ABORTED: { word: 'Interrumpido', icon: 'quieto', tone: 'nada' },
  RUN_TIMED_OUT: { word: 'Fuera de tiempo', icon: 'reloj', tone: 'mal' },
  DEPLOY_FAILED: { word: 'No llegó a empezar', icon: 'fallo', tone: 'mal' },
  UNKNOWN: { word: 'Sin noticias', icon: 'duda', tone: 'ojo' },
};

const attemptTag = (attempt: Attempt): Tag => {
  if (isOpen(attempt)) return { word: attempt.fase === 'preparing' ? 'Preparando documentos' : 'En curso', icon: 'marcha', tone: 'vivo' };
  if (attempt.fase === 'submitted') return { word: 'Presentado', icon: 'hecho', tone: 'bien' };
  if (attempt.fase === 'submitting') return { word: 'Sin confirmar', icon: 'duda', tone: 'ojo' };
  return endings[attempt.estado] ?? { word: 'Terminado sin enviar', icon: 'hecho', tone: 'nada' };
};

const receiptOf = (tramiteId: number, attempt: Attempt): AttemptView['receipt'] => {
  try {
    const { numero, fecha, recibo } = JSON.parse(attempt.result ?? 'null') ?? {};
    if (!recibo?.file) return null;
    return { href: evidenceHref(tramiteId, attempt.intento, String(recibo.file)), numero: String(numero), fecha: String(fecha) };
  } catch {
    return null;
  }
};
