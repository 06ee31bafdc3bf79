import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import type { Activity } from '#server/gateways/a360/a360.ts';
import { isoNow } from '#server/lib/clock.ts';
import { newId } from '#server/lib/ids.ts';
import { adopt, mostAtOnce, searchLot, takenAmong } from './adopt-lost.ts';
import { candidateColumns } from './open-runs.ts';
import { type Candidate, chooseLost, inLots, lostAfterMs } from './plan.ts';
import type { Round } from './reconcile.ts';

/** Ids are made of their instant: those of the last minutes are the end of the table. */
const recent = `
  SELECT ${candidateColumns} FROM ejecuciones
   WHERE ejecucion_id >= @since AND estado = 'DEPLOY_FAILED' AND error_code = 'a360_servidor' AND deployment_id IS NULL AND fase IS NULL
   ORDER BY fecha_inicio, ejecucion_id`;

/** Launches of the last minutes that A360 failed at (5xx) and had no trace of when it was asked. */
export const lateCandidates = ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Candidate[] => {
  // The id is as old as the claim, which may have waited for its call.
  const since = newId(new Date(clock.now().getTime() - 2 * lostAfterMs));
  return db.sql(recent).all({ since }) as unknown as Candidate[];
};

/**
 * Looks once more for those: one that began all the same is ours, and alive again. `false` = A360 could not be asked for all of them,
 * so that nobody knows whether launching again would be launching twice.
 */
export const adoptLate = async (round: Round, runs: readonly Candidate[]): Promise<boolean> => {
  const { db, clock, hub } = round.deps;
  let asked = 0;
  for (const lot of inLots(runs, mostAtOnce)) {
    const rows = await searchLot(round, lot);
    asked += rows.size;
    const found = (run: Candidate) => adoptOne(db, isoNow(clock), run, rows.get(run.ejecucionId) ?? []);
    const adopted = await db.write(() => lot.filter(found), { durable: true });
    for (const { ejecucionId } of adopted) hub.changed({ entity: 'ejecucion', id: ejecucionId });
  }
  return asked === runs.length;
};

/** The launcher and the conciliador may look at the same moment: who comes second finds it adopted. */
const adoptOne = (db: Db, at: string, run: Candidate, among: readonly Activity[]): boolean => {
  const asRead = 'SELECT 1 FROM ejecuciones WHERE ejecucion_id = ? AND deployment_id IS NULL';
  if (db.sql(asRead).get(run.ejecucionId) === undefined) return false;
  const chosen = chooseLost(run, among, takenAmong(db, among));
  if (chosen !== null) adopt(db, at, run, chosen);
  return chosen !== null;
};
