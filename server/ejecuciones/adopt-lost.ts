import type { Db } from '#server/db/open.ts';
import type { Activity } from '#server/gateways/a360/a360.ts';
import { record } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import { applyWaiting } from './callback-inbox.ts';
import { closeRun } from './close-run.ts';
import { askedAgoMs, isInHand, letGo } from './in-hand.ts';
import { type Candidate, chooseLost, isLost, reportOf, searchSince } from './plan.ts';
import type { Reconciled, Round } from './reconcile.ts';

type Found = Pick<Reconciled, 'adoptadas' | 'perdidas'>;

/**
 * Runs that were claimed and have no deploymentId: their answer was lost, or the house died before it was stored. Each is looked for
 * among what A360 ran of that bot and user since the claim. One that is not there three minutes later was never launched: its
 * occurrence is open again. A search that fails says nothing.
 */
export const findLost = async (round: Round, runs: readonly Candidate[]): Promise<Found> => {
  const found = { adoptadas: 0, perdidas: 0 };
  for (const run of runs) {
    if (round.signal.aborted) break;
    const became = await findOne(round, run);
    if (became === 'adopted') found.adoptadas += 1;
    if (became === 'lost') found.perdidas += 1;
  }
  return found;
};

const findOne = async (round: Round, run: Candidate): Promise<'adopted' | 'lost' | 'waits'> => {
  const { db, hub } = round.deps;
  // Its answer is still waited for, and tells more than any search.
  if (isInHand(db, run.ejecucionId)) return 'waits';
  const rows = await search(round, run);
  if (rows === null) return 'waits';
  const became = await db.write(() => settleLost(round.deps, run, rows), { durable: true });
  if (became === 'waits') return became;
  letGo(db, run.ejecucionId);
  hub.changed({ entity: 'ejecucion', id: run.ejecucionId });
  return became;
};

/** null = A360 could not be asked. */
const search = async ({ deps, a360, signal }: Round, run: Candidate): Promise<readonly Activity[] | null> => {
  // Nothing can have been launched without a user.
  if (run.userId === null) return [];
  try {
    return await a360.activity({ fileId: run.robotId, userId: run.userId, since: searchSince(run) }, signal);
  } catch (error) {
    deps.log.warn({ err: asError(error), ejecucion: run.ejecucionId }, 'no se ha podido buscar un lanzamiento sin respuesta');
    return null;
  }
};

const settleLost = (deps: Round['deps'], run: Candidate, rows: readonly Activity[]): 'adopted' | 'lost' | 'waits' => {
  const { db, clock } = deps;
  const at = isoNow(clock);
  // The launcher may have stored its answer meanwhile, or called once more.
  const asRead = 'SELECT 1 FROM ejecuciones WHERE ejecucion_id = ? AND fecha_inicio = ? AND deployment_id IS NULL AND fecha_fin IS NULL';
  if (isInHand(db, run.ejecucionId) || db.sql(asRead).get(run.ejecucionId, run.fechaInicio) === undefined) return 'waits';
  const chosen = chooseLost(run, rows, takenAmong(db, rows));
  if (chosen !== null) {
    adopt(db, at, run, chosen);
    return 'adopted';
  }
  if (!isLost(askedAgoMs(deps, run))) return 'waits';
  const mensaje = 'A360 no contestó al lanzamiento y no hay rastro de él: no llegó a empezar.';
  closeRun(db, at, {
    ejecucionId: run.ejecucionId,
    estado: 'DEPLOY_FAILED',
    origen: 'conciliador',
    fin: at,
    mensaje,
    ocurrenciaLibre: true,
  });
  return 'lost';
};

const takenAmong = (db: Db, rows: readonly Activity[]): ReadonlySet<string> => {
  const ids = JSON.stringify(rows.map(({ deploymentId }) => deploymentId));
  const taken = db.sql('SELECT deployment_id FROM ejecuciones WHERE deployment_id IN (SELECT value FROM json_each(?))').all(ids);
  return new Set(taken.map((row) => row.deployment_id as string));
};

const adopt = (db: Db, at: string, { ejecucionId, estado }: Candidate, row: Activity): void => {
  db.sql(
    `UPDATE ejecuciones SET deployment_id = ?, activity_id = ?, actualizada_at = ?, error_code = NULL, mensaje = NULL WHERE ejecucion_id = ?`,
  ).run(row.deploymentId, row.id, at, ejecucionId);
  record(db, at, { entity: 'ejecucion', entityId: ejecucionId, kind: 'adopted', data: { deployment: row.deploymentId } });
  const report = reportOf(row);
  // Seen there, so it was deployed, whatever A360 calls it.
  closeRun(db, at, { ...(report ?? { estado: 'DEPLOYED', origen: 'conciliador' }), ejecucionId, visto: estado });
  applyWaiting(db, at, ejecucionId, row.deploymentId);
};
