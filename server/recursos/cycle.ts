import { diskGate } from '#server/datos/disk-gate.ts';
import type { Deps } from '#server/deps.ts';
import { asError, CerebroError } from '#server/lib/errors.ts';
import { readOrganismos } from '#server/organismos/config.ts';
import type { Organismo } from '#server/organismos/rules.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { claimDealt } from './claim.ts';
import { beginCycle, type CycleEnd, endCycle, tellInvalid } from './cycle-record.ts';
import { deal } from './deal.ts';
import { discoverFor } from './discover.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { createTally, type Tally } from './tally.ts';
import { failureOfClaims } from './tell-refused.ts';

/** What a cycle did, as it stands in `cycles`. */
export type CycleSummary = CycleEnd & { readonly cycleId: number };

/**
 * One claim cycle: reconcile → discover → judge → deal → intend → claim → verify → queue, over all active organismos. An
 * organismo that fails does not stop the others; once the signal aborts nothing new is claimed. Over a source that must not be
 * written to it ends after the judgement: what it would claim stands as matched.
 * @throws OrigenError (after recording the cycle) when the source could not be asked, or refused every claim.
 */
export const runClaimCycle = async (deps: Deps, signal: AbortSignal): Promise<CycleSummary> => {
  const { valid, invalid } = readOrganismos(deps.db);
  const active = valid.filter((organismo) => organismo.active);
  const tally = createTally(
    deps.clock,
    active.map(({ siteId }) => siteId),
  );
  const cycleId = await beginCycle(deps);
  await tellInvalid(deps, invalid);
  let reconciled: Reconciled = { recovered: 0, lost: 0, released: 0, mismatches: 0 };
  let failure: Error | null = null;
  try {
    reconciled = await tally.timed('reconcile', () => reconcile(deps));
    requireRoom(deps);
    const dealt = await tally.timed('discover', () => discoverAll(deps, active, tally, signal));
    if (!deps.config.ORIGEN_SOLO_LECTURA) await claimDealt(deps, dealt, active, tally, signal);
    failure = failureOfClaims(tally);
  } catch (error) {
    failure = asError(error);
  }
  const summary = await endCycle(deps, cycleId, { tally, reconciled, failure, aborted: signal.aborted });
  // Between the line of the log and `/ciclos/:id`, where the trámites it queued are listed.
  deps.log.info({ cicloId: cycleId, vistos: summary.seen, reclamados: summary.claimed, perdidos: summary.lost }, 'ciclo de reclamación');
  if (failure) throw failure;
  return { ...summary, cycleId };
};

/** Nothing is claimed that could not be kept. @throws CerebroError `disco_lleno` */
const requireRoom = (deps: Deps): void => {
  const disk = diskGate(deps);
  if (!disk.open) throw new CerebroError('disco_lleno', disk.sentence, { transient: true });
};

/** The hands of all organismos, dealt. @throws the first failure when not one of them could be asked. */
const discoverAll = async (deps: Deps, active: readonly Organismo[], tally: Tally, signal: AbortSignal) => {
  const most = readLiveSettings(deps.db, deps.config).CICLO_MAX_RECLAMACIONES;
  const hands: { to: Organismo; ids: string[] }[] = [];
  const failures: unknown[] = [];
  for (const organismo of active) {
    try {
      hands.push({ to: organismo, ids: await discoverFor(deps, organismo, { active, most, tally, signal }) });
    } catch (error) {
      failures.push(error);
      tally.failed(organismo.siteId, error);
      deps.log.warn({ err: error, siteId: organismo.siteId }, 'no se ha podido buscar para un organismo');
    }
  }
  if (failures.length > 0 && hands.length === 0) throw failures[0] instanceof CerebroError ? failures[0] : asError(failures[0]);
  return deal(hands, most);
};
