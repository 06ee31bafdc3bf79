import type { Deps } from '#server/deps.ts';
import { type Holding, OrigenError } from '#server/gateways/origen/origen.ts';
import { asError } from '#server/lib/errors.ts';
import type { GuardAnswer } from '#workers/messages.ts';
import type { OpenedAttempt } from './open.ts';

type Answer = GuardAnswer['answer'];
type GuardDeps = Pick<Deps, 'db' | 'origen' | 'config' | 'clock' | 'log'>;

/** Less than the thread's own patience (5 s): it must hear "unreachable" from us, with the reason in our log. */
const patienceMs = 4_000;

/**
 * Answers the submission guard: is the recurso still ours (TExp = 1 and we are its user)? `stop` when the attempt is no
 * longer the one that works on the trámite, or we are stopping: nothing may be sent any more.
 */
export const stillOurs = async (deps: GuardDeps, attempt: OpenedAttempt, stopping: AbortSignal): Promise<Answer> => {
  const mustStop = () => stopping.aborted || !isCurrent(deps, attempt);
  if (mustStop()) return 'stop';
  const answer = await ask(deps, attempt.tramite.resourceId);
  return mustStop() ? 'stop' : answer;
};

const isCurrent = ({ db }: GuardDeps, { ejecucionId }: OpenedAttempt): boolean =>
  db
    .sql(
      `SELECT 1 FROM ejecuciones AS e JOIN tramite_queue AS t ON t.id = e.tramite_id
        WHERE e.ejecucion_id = ? AND e.fecha_fin IS NULL AND t.status = 'processing'`,
    )
    .get(ejecucionId) !== undefined;

const ask = async (deps: GuardDeps, resourceId: string): Promise<Answer> => {
  const enough = new AbortController();
  const late = deps.clock.sleep(patienceMs, enough.signal).then((): Answer => 'unreachable');
  const read = deps.origen.read([resourceId]).then((holders) => judge(holders.get(resourceId), deps.config.BOT_USER));
  try {
    return await Promise.race([read.catch((error) => unreachable(deps, resourceId, error)), late]);
  } finally {
    enough.abort();
  }
};

const judge = (holding: Holding | undefined, user: string): Answer =>
  holding !== undefined && holding.texp === 1 && holding.usuario.trim() === user.trim() ? 'ours' : 'foreign';

const unreachable = ({ log }: GuardDeps, resourceId: string, error: unknown): Answer => {
  const level = error instanceof OrigenError ? 'warn' : 'error';
  log[level]({ err: asError(error), recurso: resourceId }, 'el origen no ha podido decir de quién es el recurso');
  return 'unreachable';
};
