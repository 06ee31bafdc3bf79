import type { Deps } from '#server/deps.ts';
import { noteA360 } from '#server/ejecuciones/a360-alarm.ts';
import { findLost } from '#server/ejecuciones/adopt-lost.ts';
import { letGo } from '#server/ejecuciones/in-hand.ts';
import { adoptLate, lateCandidates } from '#server/ejecuciones/late-launches.ts';
import { openRuns } from '#server/ejecuciones/open-runs.ts';
import type { Candidate } from '#server/ejecuciones/plan.ts';
import { A360Error, type ControlRoom } from '#server/gateways/a360/a360.ts';
import { asError } from '#server/lib/errors.ts';
import { withTrace } from '#server/lib/trace.ts';
import { maintenanceOf } from '#server/mantenimiento/queries.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { beginCall, type Claim, claimPairs, decideNow, withdraw } from './claim.ts';
import { writeDeployed } from './deployed.ts';
import { askGuard, writeForeign } from './filing.ts';
import { gateOf } from './gate.ts';
import { createLosses } from './losses.ts';
import { callbackOf, orderOf } from './order.ts';
import { writeLost, writeRefused } from './refused.ts';
import { restFor, restingUntil } from './rest.ts';
import { countFailure, endStreak, streakOf } from './streak.ts';

/** What a cycle did. */
export type LaunchSummary = { readonly launched: number; readonly refused: number; readonly lost: number };

const nothing: LaunchSummary = { launched: 0, refused: 0, lost: 0 };

/** What A360 asks for with a 429 that does not say how long. */
const usualRestMs = 60_000;
/** A call ends before the conciliador may take its run for never launched (three minutes), however long A360 may take for the rest. */
const longestCallMs = 120_000;

/**
 * One launch cycle: decide → ask whether A360 is there → claim, durably → call. Nothing without A360, while somebody holds it, or in
 * its pause. Once the signal aborts, or somebody pauses the house, no call begins; those under way end.
 * @throws A360Error when A360 could not be asked at all; one deploy refused or lost is work done.
 */
export const runLaunch = async (deps: Deps, signal: AbortSignal): Promise<LaunchSummary> => {
  const { a360, db, clock } = deps;
  if (a360 === null || gateOf(deps).kind !== 'abierto') return nothing;
  if (db.read(() => decideNow(deps, clock.now()).pairs.length) === 0) return nothing;
  if (!(await isThere(deps, a360)) || !(await lookBack(deps, a360, signal))) return nothing;
  const claims = signal.aborted ? [] : await claimPairs(deps);
  if (claims.length > 0) deps.hub.changed({ entity: 'ejecucion' });
  return createLaunch(deps, a360, signal).run(claims);
};

/** What A360 failed at a moment ago may have begun since: false = it cannot say, and nothing is launched on top of it. */
const lookBack = async (deps: Deps, a360: ControlRoom, signal: AbortSignal): Promise<boolean> => {
  const late = lateCandidates(deps);
  return late.length === 0 || adoptLate({ deps, a360, signal }, late);
};

/** Nothing is claimed for a Control Room that does not answer. False = it asks for a rest. @throws A360Error */
const isThere = async (deps: Deps, a360: ControlRoom): Promise<boolean> => {
  try {
    await a360.check();
  } catch (error) {
    if (error instanceof A360Error && error.failure === 'ritmo') return rest(deps, error);
    await noteA360(deps, error);
    // It has answered, and that is all that was asked.
    if (error instanceof A360Error && error.failure === 'permiso') return true;
    throw error;
  }
  await noteA360(deps, null);
  return true;
};

const rest = (deps: Deps, error: A360Error): false => {
  const ms = error.retryAfterMs ?? usualRestMs;
  restFor(deps, ms);
  deps.log.warn({ ms }, 'A360 pide que se espere: no se lanza nada mientras tanto');
  return false;
};

type Outcome = 'launched' | 'refused' | 'lost' | 'again' | 'left';

const createLaunch = (deps: Deps, a360: ControlRoom, signal: AbortSignal) => {
  const { db, clock, log } = deps;
  const settings = readLiveSettings(db, deps.config);
  const callback = callbackOf(deps.config);
  const losses = createLosses();
  const tally = { launched: 0, refused: 0, lost: 0 };
  let denied: A360Error | null = null;
  const isOver = ({ robotId }: Claim) =>
    signal.aborted || denied !== null || losses.isOver(robotId) || restingUntil(deps) !== null || maintenanceOf(db) !== null;

  const refuse = async (claim: Claim, error: A360Error): Promise<Outcome> => {
    if (error.failure === 'red') losses.unreached(claim.ejecucionId);
    if (error.failure === 'ritmo') rest(deps, error);
    if (error.failure === 'credenciales') {
      denied = error;
      await noteA360(deps, error);
    }
    await writeRefused(deps, claim, error, streakOf(db));
    return 'refused';
  };

  /** A failure of A360 itself (5xx) too: it may have launched it, and is asked before the occurrence opens again. */
  const lose = async (claim: Claim, error: Error): Promise<Outcome> => {
    losses.lost(claim.robotId);
    log.warn({ err: error, ejecucionId: claim.ejecucionId }, 'no se sabe si A360 ha lanzado un robot');
    await writeLost(deps, claim, error, streakOf(db));
    return 'lost';
  };

  const succeed = async (claim: Claim, deploymentId: string): Promise<Outcome> => {
    endStreak(db);
    losses.launched(claim.robotId);
    await writeDeployed(deps, claim, deploymentId);
    return 'launched';
  };

  /** `last` = a busy equipo is not tried again. */
  const call = async (claim: Claim, last: boolean): Promise<Outcome> => {
    const { order, problems } = orderOf(claim, callback, settings.LANZADOR_ROBOT_REPETICIONES);
    if (problems.length > 0) log.warn({ robot: claim.robotId, problems }, 'hay parámetros de un robot que no se pueden enviar');
    let deploymentId: string;
    try {
      ({ deploymentId } = await a360.deploy(order, AbortSignal.timeout(longestCallMs)));
    } catch (thrown) {
      const error = asError(thrown);
      if (!(error instanceof A360Error)) return lose(claim, error);
      countFailure(deps, error);
      if (error.maybeDone) return lose(claim, error);
      if (error.failure === 'equipo_ocupado' && !last && !isOver(claim)) return keepForLater(claim, error);
      return refuse(claim, error);
    }
    return succeed(claim, deploymentId);
  };

  /** Those A360 answered a 5xx to: it can be asked about them at once. */
  const failedAmong = (claims: readonly Claim[]): Candidate[] => {
    const ours = new Set(claims.map(({ ejecucionId }) => ejecucionId));
    return openRuns(db).filter(({ ejecucionId, errorCode }) => errorCode === 'a360_servidor' && ours.has(ejecucionId));
  };

  const busy = new Map<Claim, A360Error>();
  const keepForLater = (claim: Claim, error: A360Error): Outcome => {
    busy.set(claim, error);
    return 'again';
  };

  const attempt = async (claim: Claim, nth: number): Promise<Outcome> => {
    const may = isOver(claim) ? 'withdrawn' : await mayCall({ deps, signal }, claim, nth === 1);
    const before = busy.get(claim);
    busy.delete(claim);
    if (may === 'go') return call(claim, nth >= settings.LANZADOR_DEPLOY_REINTENTOS_MAX);
    if (before !== undefined && may === 'withdrawn') return refuse(claim, before);
    if (may === 'withdrawn') await withdraw(deps, [claim]);
    return may === 'foreign' ? 'refused' : 'left';
  };

  /** One failure of ours (the disk, say) stops nobody else: the row stays, and the conciliador looks for its run. */
  const settle = async (claim: Claim, nth: number): Promise<void> => {
    const outcome = await withTrace({ ejecucion: claim.ejecucionId }, () => attempt(claim, nth)).catch((error: unknown): Outcome => {
      log.error({ err: error, ejecucionId: claim.ejecucionId }, 'no se ha podido anotar un lanzamiento');
      return 'lost';
    });
    if (outcome !== 'again') letGo(db, claim.ejecucionId);
    if (outcome === 'launched' || outcome === 'refused' || outcome === 'lost') tally[outcome]++;
  };

  return {
    run: async (claims: readonly Claim[]): Promise<LaunchSummary> => {
      let waiting = claims;
      for (let nth = 1; waiting.length > 0; nth++) {
        if (nth > 1) await clock.sleep(settings.LANZADOR_DEPLOY_REINTENTO_DELAY_SEG * 1000, signal);
        await eachOf(waiting, settings.LANZADOR_WORKERS_MAX, (claim) => settle(claim, nth));
        waiting = [...busy.keys()];
      }
      if (tally.lost > 0) await findLost({ deps, a360, signal }, failedAmong(claims));
      if (denied !== null && tally.launched === 0) throw denied;
      return tally;
    },
  };
};

type May = Awaited<ReturnType<typeof beginCall>> | 'foreign';

/** The source is asked first: what is looked at here, and the call, come right after its answer. */
const mayCall = async ({ deps, signal }: { deps: Deps; signal: AbortSignal }, claim: Claim, firstTime: boolean): Promise<May> => {
  const guard = await askGuard(deps, claim, signal);
  if (guard === 'foreign') await writeForeign(deps, claim);
  if (guard !== 'go') return guard === 'foreign' ? guard : 'withdrawn';
  return beginCall(deps, claim, firstTime);
};

/** Does the work of all, so many at a time. */
const eachOf = async <T>(all: readonly T[], atOnce: number, work: (one: T) => Promise<void>): Promise<void> => {
  const left = all.values();
  const worker = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
};
