import { type Format, type Instant, sizeWords } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import { type Attempt, readNames, type StepRow } from './queries.ts';
import { hrefOfRun, runTag } from './words.ts';

export type StepView = {
  readonly number: number;
  readonly name: string;
  readonly state: 'done' | 'failed' | 'now' | 'future';
  readonly duration: string;
  /** How long it took beside the longest step of its attempt, from 0 to 100. */
  readonly share: number;
  readonly note: string;
  readonly errorCode: string | null;
  /** Address of what the page showed at the end of the step. */
  readonly capture: string | null;
  /** What is said under its capture: step, attempt and time. */
  readonly caption: string;
};

export type AttemptView = {
  readonly id: string;
  readonly number: number;
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
  readonly receipt: Receipt | null;
  /** Its own page, where A360 runs it; null for robots of this machine, whose steps are here. */
  readonly run: string | null;
};

/** `size` '' when nobody wrote it down. */
export type Receipt = {
  readonly href: string;
  readonly numero: string;
  readonly fecha: string;
  readonly size: string;
  readonly sha256: string;
};

/** Where a file of an attempt is served; `documentos/…` too. */
export const evidenceHref = (tramiteId: number, attempt: number | null, file: string): string =>
  `/cola/${tramiteId}/evidencias/${attempt ?? 0}/${file.split('/').map(encodeURIComponent).join('/')}`;

/** What the page showed last, of all attempts; null when there is no capture. */
export const newestCapture = (attempts: readonly AttemptView[]): StepView | null =>
  attempts.flatMap((attempt) => [...attempt.before, ...attempt.after].reverse()).find((step) => step.capture !== null) ?? null;

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
    number: attempt.intento ?? 0,
    title: `Intento ${attempt.intento ?? ''}`.trim(),
    state: attemptTag(attempt),
    ...whereOf(attempt),
    started: format.instant(attempt.fecha_inicio),
    duration: format.elapsed(attempt.fecha_inicio, attempt.fecha_fin),
    before: views.filter((step) => first === null || step.number < first),
    line: first === null ? null : lineOf(attempt),
    after: views.filter((step) => first !== null && step.number >= first),
    message: attempt.mensaje ?? '',
    receipt: receiptOf(tramiteId, attempt),
    run: ofA360(attempt) ? hrefOfRun(attempt.ejecucion_id) : null,
  };
};

const ofA360 = ({ fase }: Attempt): boolean => fase === null;

/** What A360 runs has ids nobody knows by heart. */
const whereOf = (attempt: Attempt): Pick<AttemptView, 'robot' | 'equipo'> => {
  const { robot_id, equipo_id, robot, equipo } = attempt;
  if (!ofA360(attempt)) return { robot: robot_id, equipo: equipo_id ?? 'sin equipo' };
  return { robot: robot ?? robot_id, equipo: equipo ?? equipo_id ?? 'sin equipo' };
};

/** The engine (workers/steps.ts) ends every list with the one irreversible click and the receipt: the line is before those two. */
const firstAfterLine = (planned: readonly string[]): number | null => (planned.length < 3 ? null : planned.length - 1);

const lineOf = (attempt: Attempt): AttemptView['line'] => {
  const crossed = attempt.fase === 'submitting' || attempt.fase === 'submitted';
  const words = 'a partir de aquí no se repite nada solo';
  return { crossed, sentence: crossed ? `Presentación: ${words}` : `Presentación (no se ha llegado): ${words}` };
};

const isOpen = (attempt: Attempt): boolean => attempt.fecha_fin === null;

const stepViews = (
  tramiteId: number,
  attempt: Attempt,
  walked: readonly StepRow[],
  planned: readonly string[],
  format: Format,
): StepView[] => {
  const longest = Math.max(1, ...walked.map(lengthOf));
  const done = walked.map(
    (step): StepView => ({
      number: step.number,
      name: step.name,
      state: step.outcome,
      duration: format.elapsed(step.started_at, step.ended_at),
      share: Math.max(1, Math.round((100 * lengthOf(step)) / longest)) || 0,
      note: step.note ?? '',
      errorCode: step.error_code,
      capture: step.capture && evidenceHref(tramiteId, attempt.intento, step.capture),
      caption: `Paso ${step.number}: ${step.name} · intento ${attempt.intento ?? ''} · ${format.instant(step.ended_at).short}`,
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
      share: 0,
      note: '',
      errorCode: null,
      capture: null,
      caption: '',
    }),
  );
  return [...done, ...ahead];
};

const lengthOf = (step: StepRow): number => Date.parse(step.ended_at) - Date.parse(step.started_at);

const endings: Readonly<Record<string, Tag>> = {
  RUN_FAILED: { word: 'Fallido', icon: 'fallo', tone: 'mal' },
  RUN_ABORTED: { word: 'Interrumpido', icon: 'quieto', tone: 'nada' },
  RUN_TIMED_OUT: { word: 'Fuera de tiempo', icon: 'reloj', tone: 'mal' },
  DEPLOY_FAILED: { word: 'No llegó a empezar', icon: 'fallo', tone: 'mal' },
  UNKNOWN: { word: 'Sin noticias', icon: 'duda', tone: 'ojo' },
};

const attemptTag = (attempt: Attempt): Tag => {
  if (ofA360(attempt)) return runTag(attempt.estado);
  if (isOpen(attempt)) return { word: attempt.fase === 'preparing' ? 'Preparando documentos' : 'En curso', icon: 'marcha', tone: 'vivo' };
  if (attempt.fase === 'submitted') return { word: 'Presentado', icon: 'hecho', tone: 'bien' };
  if (attempt.fase === 'submitting') return { word: 'Sin confirmar', icon: 'duda', tone: 'ojo' };
  return endings[attempt.estado] ?? { word: 'Terminado sin enviar', icon: 'hecho', tone: 'nada' };
};

const receiptOf = (tramiteId: number, attempt: Attempt): AttemptView['receipt'] => {
  try {
    const { numero, fecha, recibo } = JSON.parse(attempt.result ?? 'null') ?? {};
    if (!recibo?.file) return null;
    const href = evidenceHref(tramiteId, attempt.intento, String(recibo.file));
    const size = typeof recibo.bytes === 'number' ? sizeWords(recibo.bytes) : '';
    return { href, numero: String(numero), fecha: String(fecha), size, sha256: String(recibo.sha256 ?? '') };
  } catch {
    return null;
  }
};
