import type { Deps } from '#server/deps.ts';
import type { PoolTask } from '#server/gateways/pool/pool.ts';
import { asError, CerebroError } from '#server/lib/errors.ts';
import { stillOurs } from './guard.ts';
import type { OpenedAttempt } from './open.ts';
import { type Prepared, prepare } from './prepare.ts';
import { type Ending, lateCode } from './rules.ts';

export type AttemptDeps = Pick<Deps, 'db' | 'papers' | 'evidence' | 'config' | 'clock' | 'log' | 'pool' | 'origen'>;

/** How the house asks its attempts to end. */
export type StopSignals = {
  /** No new work: what has not reached its robot goes back; robots have been asked to stop by the pool. */
  readonly stopping: AbortSignal;
  /** The grace is over: the thread itself is ended. */
  readonly firm: AbortSignal;
};

/** Each step has its own deadline in the thread; this one is for a thread that no longer keeps them. */
const attemptDeadlineMs = 20 * 60 * 1000;

/** One attempt from its papers to the outcome its robot brings. Never throws: however it ends is an Ending. */
export const runAttempt = async (deps: AttemptDeps, attempt: OpenedAttempt, signals: StopSignals): Promise<Ending> => {
  const late = new AbortController();
  const over = new AbortController();
  const watch = deps.clock.sleep(attemptDeadlineMs, over.signal).then(() => over.signal.aborted || late.abort());
  try {
    return await walk(deps, attempt, { ...signals, late: late.signal });
  } finally {
    over.abort();
    await watch;
  }
};

type Signals = StopSignals & { readonly late: AbortSignal };

const walk = async (deps: AttemptDeps, attempt: OpenedAttempt, signals: Signals): Promise<Ending> => {
  const prepared = await tryPrepare(deps, attempt, signals);
  if ('kind' in prepared) return prepared;
  const { task, given } = prepared;
  if (signals.stopping.aborted) return interrupted;
  if (attempt.servable.modo === 'simular') return { kind: 'prepared', given };
  return { ...(await runRobot(deps, attempt, task, signals)), given };
};

const tryPrepare = async (deps: AttemptDeps, attempt: OpenedAttempt, signals: Signals): Promise<Prepared | Ending> => {
  try {
    return await prepare(deps, attempt, AbortSignal.any([signals.stopping, signals.firm, signals.late]));
  } catch (error) {
    return signals.stopping.aborted ? interrupted : refusalOf(deps, attempt, error, signals);
  }
};

const refusalOf = ({ log }: AttemptDeps, attempt: OpenedAttempt, thrown: unknown, { late }: Signals): Ending => {
  if (late.aborted) return { kind: 'refused', code: lateCode, message: 'Los documentos no llegaron a tiempo.', transient: true };
  const error = asError(thrown);
  if (error instanceof CerebroError) return { kind: 'refused', code: error.code, message: error.message, transient: error.transient };
  log.error({ err: error, tramite: attempt.tramite.id }, 'la preparación de un trámite ha fallado sin que nadie lo esperara');
  return { kind: 'refused', code: 'error_inesperado', message: `Fallo inesperado al preparar: ${error.message}`, transient: true };
};

const interrupted: Ending = { kind: 'interrupted', code: 'parada', message: 'Cerebro se paró antes de que se enviara nada.' };

const runRobot = async (deps: AttemptDeps, attempt: OpenedAttempt, task: PoolTask, { stopping, firm, late }: Signals): Promise<Ending> => {
  try {
    const outcome = await deps.pool.run(task, {
      stillOurs: () => stillOurs(deps, attempt, stopping),
      signal: AbortSignal.any([firm, late]),
    });
    return { kind: 'outcome', outcome };
  } catch (thrown) {
    if (firm.aborted) return interrupted;
    if (late.aborted) return { kind: 'died', code: lateCode, message: 'El robot no terminó a tiempo y se le cortó.' };
    const error = asError(thrown);
    deps.log.error({ err: error, tramite: attempt.tramite.id }, 'el hilo de un trámite ha terminado sin resultado');
    return { kind: 'died', code: error instanceof CerebroError ? error.code : 'hilo_terminado', message: error.message };
  }
};
