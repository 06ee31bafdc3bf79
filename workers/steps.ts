import { join } from 'node:path';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { capture } from './capture.ts';
import { classify, type Failure, finalFailure, passingFailure } from './failures.ts';
import type { Journal } from './journal.ts';
import type { Line } from './line.ts';
import type { FilingResult, TramiteOutcome, TramiteTask } from './messages.ts';
import { looksLikeReceipt, mentions, pdfText, storeReceipt } from './receipt.ts';
import type { Robot, StepContext } from './robot.ts';

/** One attempt, with everything it needs. */
export type Attempt<Fields> = {
  readonly task: Pick<TramiteTask, 'tramiteId' | 'ejecucionId' | 'expediente' | 'submit' | 'evidenceFolder'>;
  readonly robot: Robot<Fields>;
  readonly context: Omit<StepContext<Fields>, 'note'>;
  readonly journal: Journal;
  readonly line: Line;
  readonly browser: BrowserWatch;
  readonly clock?: Clock;
};

/** What the engine must know of the browser while a step walks. */
export type BrowserWatch = {
  readonly connected: boolean;
  /** Rejects as soon as the portal answers a whole page with an error of its own (HTTP 5xx). Never resolves. */
  readonly broken: Promise<never>;
  /** Origins the robot tried to reach without having declared them, since last asked. */
  takeRefused(): readonly string[];
  /** The next request leaves on a new connection. */
  renewConnections(): void;
  /** Closes the context: whatever waits in it fails at once. */
  abandon(): Promise<void>;
};

const defaultDeadlineSeconds = 30;
const guardPatienceMs = 5_000;
const receiptFile = 'justificante.pdf';

/** Walks the robot's steps in order and, if the task says so, submits. Never throws for what the portal or the browser did. */
export const walk = async <Fields>(attempt: Attempt<Fields>): Promise<TramiteOutcome> => {
  for (const [index, step] of attempt.robot.steps.entries()) {
    if (attempt.line.stopRequested) return { kind: 'stopped' };
    const failure = await perform(attempt, index + 1, step);
    if (failure) return { kind: 'failed', ...failure, doubtful: false };
  }
  return attempt.task.submit ? submit(attempt) : { kind: 'awaiting' };
};

/**
 * THE guard: the only way to the irreversible click. In this order, each only if the one before went well: the main
 * thread says the recurso is ours (or nobody can say); the button can be pressed; `submitting` is on the disk; one
 * click. From then on every failure is doubtful: nothing repeats by itself.
 */
const submit = async <Fields>(attempt: Attempt<Fields>): Promise<TramiteOutcome> => {
  const { send, receipt } = attempt.robot.submission;
  const number = attempt.robot.steps.length + 1;
  const answer = await attempt.line.stillOurs(guardPatienceMs);
  if (answer === 'stop' || attempt.line.stopRequested) return { kind: 'stopped' };

  let submitting = false;
  const guarded = async (context: StepContext<Fields>, { signal, shoot }: StepTools) => {
    if (answer === 'foreign') throw finalFailure('reclamacion_perdida', 'El recurso ya no está asignado a Cerebro: no se ha enviado nada.');
    if (answer === 'unreachable') context.note('Origen no comprobado: no contesta, y vale la reclamación verificada.');
    await send.ready(context);
    // Now, and not after the click: a page on its way to the next one cannot be pictured, and what counts is what was sent.
    await shoot();
    submitting = await attempt.journal.beginSubmission(attempt.task, signal);
    if (!submitting)
      throw finalFailure('guardia_repetida', 'Esta ejecución ya había empezado un envío, o está cerrada: no se envía otra vez.');
    attempt.browser.renewConnections();
    signal.throwIfAborted();
    await send.click(context);
  };
  const failure = await perform(attempt, number, { ...send, run: guarded });
  if (!failure) return bringReceipt(attempt, number + 1, receipt);
  // A guard that was refused is doubtful as well: somebody else may have sent.
  const doubtful = submitting || failure.code === 'guardia_repetida';
  return { kind: 'failed', ...failure, transient: failure.transient && !doubtful, doubtful };
};

const bringReceipt = async <Fields>(
  attempt: Attempt<Fields>,
  number: number,
  receipt: Robot<Fields>['submission']['receipt'],
): Promise<TramiteOutcome> => {
  let result: FilingResult | null = null;
  const run = async (context: StepContext<Fields>) => {
    result = await keepReceipt(await receipt.fetch(context), attempt.task, receipt.read);
    context.note(`Registro ${result.numero}, ${result.fecha}.`);
    const written = await attempt.journal.submitted(attempt.task, result);
    if (!written)
      throw finalFailure('diario_no_escrito', `Presentado con el número ${result.numero}, pero la ejecución ya estaba cerrada.`);
  };
  const failure = await perform(attempt, number, { ...receipt, run });
  if (failure) return { kind: 'failed', ...failure, transient: false, doubtful: true };
  return { kind: 'submitted', result: result as unknown as FilingResult };
};

/** Only a stored PDF that names the expediente, with its register number and date, proves a filing. */
const keepReceipt = async (
  bytes: Buffer,
  task: Pick<TramiteTask, 'evidenceFolder' | 'expediente'>,
  read: Robot<unknown>['submission']['receipt']['read'],
): Promise<FilingResult> => {
  if (!looksLikeReceipt(bytes))
    throw finalFailure('justificante_no_valido', 'Lo que llegó en lugar del justificante no es un PDF completo.');
  const stored = await storeReceipt(join(task.evidenceFolder, receiptFile), bytes);
  const text = await pdfText(bytes);
  const registered = read(text);
  if (!registered) throw finalFailure('justificante_sin_registro', 'El justificante no trae número y fecha de registro.');
  if (!mentions(text, task.expediente))
    throw finalFailure('justificante_de_otro', `El justificante no nombra el expediente ${task.expediente}.`);
  return { ...registered, recibo: { file: receiptFile, ...stored } };
};

type Performed<Fields> = {
  readonly name: string;
  readonly deadlineSeconds?: number;
  run(context: StepContext<Fields>, tools: StepTools): Promise<void>;
};

/** `signal` aborts when the step has been given up; `shoot` leaves the step's capture now instead of at its end. */
type StepTools = { readonly signal: AbortSignal; shoot(): Promise<void> };

/** Runs one step within its deadline, leaves its capture and its row, and answers how it failed, if it did. */
const perform = async <Fields>(attempt: Attempt<Fields>, number: number, step: Performed<Fields>): Promise<Failure | null> => {
  const clock = attempt.clock ?? systemClock;
  const notes: string[] = [];
  let picture: string | null = null;
  const shoot = async (name = step.name) => {
    picture = await capture(attempt.context.page, attempt.task.evidenceFolder, number, name);
  };
  const startedAt = clock.now().toISOString();
  const failure = await runWithin(attempt, step, { notes, shoot });
  if (failure) await shoot(`${step.name} fallo`);
  else if (picture === null) await shoot();
  if (failure) await attempt.browser.abandon();
  const refused = attempt.browser.takeRefused();
  if (failure) notes.push(failure.message);
  if (refused.length > 0) notes.push(`Bloqueado, por no estar declarado: ${refused.join(', ')}.`);
  await attempt.journal.step(attempt.task, {
    number,
    name: step.name,
    outcome: failure ? 'failed' : 'done',
    startedAt,
    endedAt: clock.now().toISOString(),
    note: notes.join(' ') || null,
    capture: picture,
    errorCode: failure?.code ?? null,
  });
  return failure;
};

/** The step against its deadline and against a portal that breaks down meanwhile. The step itself may never end. */
const runWithin = async <Fields>(
  attempt: Attempt<Fields>,
  step: Performed<Fields>,
  { notes, shoot }: { notes: string[]; shoot: () => Promise<void> },
): Promise<Failure | null> => {
  const seconds = step.deadlineSeconds ?? defaultDeadlineSeconds;
  const late = Promise.withResolvers<never>();
  const givenUp = new AbortController();
  const timer = setTimeout(
    () => late.reject(passingFailure('portal_lento', `La sede no terminó el paso «${step.name}» en ${seconds} segundos.`)),
    seconds * 1000,
  );
  // Playwright gives up a little earlier, because it can tell what it was waiting for.
  attempt.context.page.context().setDefaultTimeout(seconds * 1000 * 0.95);
  const context = Object.assign(attempt.context, { note: (sentence: string) => notes.push(sentence) }) as StepContext<Fields>;
  const work = step.run(context, { signal: givenUp.signal, shoot: () => shoot() });
  work.catch(() => undefined);
  try {
    await Promise.race([work, late.promise, attempt.browser.broken]);
    return null;
  } catch (error) {
    givenUp.abort();
    return classify(error, attempt.browser.connected);
  } finally {
    clearTimeout(timer);
  }
};
