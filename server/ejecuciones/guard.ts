import type { Deps } from '#server/deps.ts';
import { type Holder, holderOf, OrigenError } from '#server/gateways/origen/origen.ts';
import { asError } from '#server/lib/errors.ts';
import type { GuardAnswer } from '#workers/messages.ts';

type Answer = GuardAnswer['answer'];
/** The attempt that is about to send. */
export type Guarded = { readonly ejecucionId: string; readonly tramite: { readonly resourceId: string } };

type GuardDeps = Pick<Deps, 'db' | 'origen' | 'config' | 'clock' | 'log'>;

/** Less than the thread's own patience (5 s): it must hear "unreachable" from us, with the reason in our log. */
const patienceMs = 4_000;

/**
 * Answers the submission guard: is the recurso still ours? `stop` when the attempt is no longer the one that works on the
 * trámite, or we are stopping: nothing may be sent any more. `unreachable` lets it be sent because a verified claim
 * stands; without one on our own disk, a silent source is as good as `foreign`.
 */
export const stillOurs = async (deps: GuardDeps, attempt: Guarded, stopping: AbortSignal): Promise<Answer> => {
  const mustStop = () => stopping.aborted || !isCurrent(deps, attempt);
  if (mustStop()) return 'stop';
  const answer = await ask(deps, attempt.tramite.resourceId);
  if (mustStop()) return 'stop';
  return answer === 'unreachable' && !hasClaim(deps, attempt.tramite.resourceId) ? 'foreign' : answer;
};

const isCurrent = ({ db }: GuardDeps, { ejecucionId }: Guarded): boolean =>
  db
    .sql(
      `SELECT 1 FROM ejecuciones AS e JOIN tramite_queue AS t ON t.id = e.tramite_id
        WHERE e.ejecucion_id = ? AND e.fecha_fin IS NULL AND t.status = 'processing'`,
    )
    .get(ejecucionId) !== undefined;

const hasClaim = ({ db }: GuardDeps, resourceId: string): boolean =>
  db.sql(`SELECT 1 FROM reclamaciones WHERE resource_id = ? AND state = 'claimed'`).get(resourceId) !== undefined;

const ask = async (deps: GuardDeps, resourceId: string): Promise<Answer> => {
  const enough = new AbortController();
  const late = deps.clock.sleep(patienceMs, enough.signal).then((): Answer => 'unreachable');
  const read = deps.origen.read([resourceId]).then((holders): Answer => judge(holderOf(holders.get(resourceId), deps.config.BOT_USER)));
  try {
    return await Promise.race([read.catch((error) => unreachable(deps, resourceId, error)), late]);
  } finally {
    enough.abort();
  }
};

const judge = (holder: Holder): Answer => (holder === 'ours' ? 'ours' : 'foreign');

const unreachable = ({ log }: GuardDeps, resourceId: string, error: unknown): Answer => {
  const level = error instanceof OrigenError ? 'warn' : 'error';
  log[level]({ err: asError(error), recurso: resourceId }, 'el origen no ha podido decir de quién es el recurso');
  return 'unreachable';
};
