import { inStatus } from '#server/cola/in-status.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { asError } from '#server/lib/errors.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { type Closing, closeAttempt, endTramite } from './close.ts';
import { activeStates, sqlList } from './estados.ts';
import { type AttemptKey, howFar } from './reached.ts';
import { type Decision, decide, type Ending } from './rules.ts';

type RecoverDeps = Pick<Deps, 'db' | 'clock' | 'log' | 'evidence' | 'config' | 'hub'>;

/** How many trámites found half done went where; `left` could not be put in their place yet. */
export type Recovered = { readonly returned: number; readonly completed: number; readonly review: number; readonly left: number };

const ending: Ending = { kind: 'interrupted', code: 'reinicio', message: 'Cerebro se reinició antes de que se enviara nada.' };

/**
 * Puts in its place whatever a death left half done. Only the owner of the data folder may call it: every open ejecución
 * on a slot that is not at work in this process is an orphan (at the start, all of them are). Before `submitting` the trámite goes back to pending, without
 * counting as a failure; from there on it completes with a verified receipt, or waits for a person (HOUSE.md, "After a
 * start"). One that cannot be put in its place is logged and left to the next call; the others go on.
 */
export const recoverOrphans = async (deps: RecoverDeps, atWork: (slot: string) => boolean = () => false): Promise<Recovered> => {
  const decisions: (Decision | 'left' | null)[] = [];
  for (const key of openAttempts(deps.db, atWork)) decisions.push(await tryRecover(deps, key, closeOrphan));
  for (const key of withoutOpenAttempt(deps.db)) decisions.push(await tryRecover(deps, key, endOrphan));
  const count = (verb: Decision['verb']) => decisions.filter((one) => one !== null && one !== 'left' && one.verb === verb).length;
  const left = decisions.filter((one) => one === 'left').length;
  const recovered = { returned: count('requeue'), completed: count('complete'), review: count('doubt'), left };
  if (decisions.length > 0) deps.log.warn(recovered, 'había trámites a medias y se han puesto en su sitio');
  return recovered;
};

const doubtOfA360: Decision = {
  ...{ verb: 'doubt', code: 'a360_sin_constancia' },
  message: 'Un robot de A360 trabajó en él y no consta qué hizo: búsquelo en la sede antes de nada.',
};

type Recovery<Key extends AttemptKey = AttemptKey> = (deps: RecoverDeps, key: Key) => Promise<Decision | null>;

const tryRecover = async <Key extends AttemptKey>(
  deps: RecoverDeps,
  key: Key,
  recover: Recovery<Key>,
): Promise<Decision | 'left' | null> => {
  try {
    const decision = await recover(deps, key);
    if (decision) deps.hub.changed({ entity: 'tramite', id: key.tramiteId });
    return decision;
  } catch (error) {
    deps.log.error(
      { err: asError(error), tramite: key.tramiteId },
      'un trámite a medias no se ha podido poner en su sitio; se vuelve a intentar',
    );
    return 'left';
  }
};

const closeOrphan: Recovery = async (deps, key) => {
  const reached = await howFar(deps, key);
  const closed = await deps.db.write(() => closeAttempt(deps.db, deps.clock.now(), { ...closingOf(deps, key), ending, reached }));
  return typeof closed === 'string' ? null : closed;
};

/** `processing` although no attempt is open: another program wrote it. What the last attempt reached decides all the same. */
const endOrphan: Recovery<Orphan> = async (deps, key) => {
  const decision = key.ofA360 === 1 ? doubtOfA360 : decide(ending, await howFar(deps, key));
  await deps.db.write(() => endTramite(deps.db, deps.clock.now(), closingOf(deps, key), decision));
  return decision;
};

const closingOf = (deps: RecoverDeps, key: AttemptKey): Omit<Closing, 'ending' | 'reached'> => {
  const { REINTENTOS_MAX: max, REINTENTO_BASE_SEG: baseSeconds } = readLiveSettings(deps.db, deps.config);
  const pathOf = (capture: string) => deps.evidence.locate(key.tramiteId, key.attempt, capture);
  return { key, retry: { max, baseSeconds, random: Math.random }, pathOf, recovered: true };
};

const openAttempts = (db: Db, atWork: (slot: string) => boolean): AttemptKey[] =>
  db
    .sql(
      `SELECT ejecucion_id AS ejecucionId, tramite_id AS tramiteId, coalesce(intento, 1) AS attempt, equipo_id AS slot FROM ejecuciones
        WHERE tramite_id IS NOT NULL AND fase IS NOT NULL
          AND estado IN ${sqlList(activeStates)}`,
    )
    .all()
    .filter((row) => row.slot === null || !atWork(row.slot as string)) as unknown as AttemptKey[];

/** Rows at work nobody is working on. Those of an open run of A360 are the conciliador's: A360 goes on without us. */
export const withoutOpenAttemptSql = `
  SELECT coalesce(e.ejecucion_id, '') AS ejecucionId, t.id AS tramiteId, coalesce(e.intento, t.attempts) AS attempt,
         e.ejecucion_id IS NOT NULL AND e.fase IS NULL AND coalesce(e.origen, '') <> 'lanzador' AS ofA360
         FROM (SELECT id, site_id, attempts FROM ${inStatus('processing')}) AS t
         LEFT JOIN ejecuciones AS e ON e.ejecucion_id = (
           SELECT ejecucion_id FROM ejecuciones WHERE tramite_id = t.id ORDER BY intento DESC, ejecucion_id DESC LIMIT 1)
        WHERE t.site_id IN (SELECT site_id FROM queue_counts WHERE status = 'processing' AND n > 0)
          AND NOT EXISTS (
            SELECT 1 FROM ejecuciones
             WHERE tramite_id = t.id AND estado IN ${sqlList(activeStates)})
          AND NOT EXISTS (
            SELECT 1 FROM ejecuciones
             WHERE tramite_id = t.id AND estado = 'UNKNOWN' AND fecha_fin IS NULL)`;

/** `ofA360` = the last attempt was a run of A360 that may have begun. */
type Orphan = AttemptKey & { readonly ofA360: number };

const withoutOpenAttempt = (db: Db): Orphan[] => db.sql(withoutOpenAttemptSql).all() as Orphan[];
