import type { Deps } from '#server/deps.ts';
import type { Activity, ControlRoom } from '#server/gateways/a360/a360.ts';
import { A360Error } from '#server/gateways/a360/a360.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { noteA360 } from './a360-alarm.ts';
import { findLost } from './adopt-lost.ts';
import { applyForgotten, dropOldLetters } from './callback-inbox.ts';
import { closeRuns, type Reported, type RunReport } from './close-run.ts';
import { adoptLate, lateCandidates } from './late-launches.ts';
import { openRuns } from './open-runs.ts';
import { type Candidate, inLots, latestByDeployment, type Patience, reportOf, whenMissing, whenUnknown } from './plan.ts';

export type ReconcileDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'hub' | 'log' | 'a360'>;

/** What a round found, for the log and whoever ordered it. */
export type Reconciled = {
  readonly preguntadas: number;
  readonly vistas: number;
  readonly noEncontradas: number;
  readonly adoptadas: number;
  readonly perdidas: number;
  readonly lotesFallidos: number;
};

const dayMs = 24 * 3_600_000;

/**
 * Asks A360 how every open run of its is: one listing of what is active, then the rest by id in lots (SAM.md 3.3). Only a run missing
 * from an answer that came counts as not found; a lot that fails says nothing and does not stop the others. What callbacks or people
 * write meanwhile stands. @throws A360Error when A360 could not be asked at all: nothing has changed then.
 */
export const runReconcile = async (deps: ReconcileDeps, signal: AbortSignal): Promise<Reconciled | null> => {
  const { a360 } = deps;
  if (a360 === null) return null;
  await sortInbox(deps);
  const candidates = openRuns(deps.db);
  const active = latestByDeployment(await listActive(deps, a360, signal));
  const known = candidates.filter(({ deploymentId }) => deploymentId !== null);
  const isSeen = ({ deploymentId }: Candidate) => active.has(deploymentId as string);
  const seen = known.filter(isSeen);
  await noteSeen(deps, seen, active);
  const rest = await askForRest(
    { deps, a360, signal },
    known.filter((run) => !isSeen(run)),
  );
  const lost = await findLost(
    { deps, a360, signal },
    candidates.filter(({ deploymentId }) => deploymentId === null),
  );
  await adoptLate({ deps, a360, signal }, lateCandidates(deps));
  const told = { preguntadas: candidates.length, ...rest, vistas: rest.vistas + seen.length, ...lost };
  deps.log.debug(told, 'conciliación con A360');
  return told;
};

/** A round in progress. */
export type Round = { readonly deps: ReconcileDeps; readonly a360: ControlRoom; readonly signal: AbortSignal };

/** The callbacks that wait: those whose run has appeared are applied, and the old ones go. */
const sortInbox = async ({ db, clock, hub }: ReconcileDeps): Promise<void> => {
  const changed = await db.write(() => {
    const found = applyForgotten(db, isoNow(clock));
    dropOldLetters(db, clock.now());
    return found;
  });
  for (const id of changed) hub.changed({ entity: 'ejecucion', id });
};

/** Its failure is the failure of the round. */
const listActive = async (deps: ReconcileDeps, a360: ControlRoom, signal: AbortSignal): Promise<readonly Activity[]> => {
  try {
    const list = await a360.activity({ active: true }, signal);
    await noteA360(deps, null);
    return list;
  } catch (error) {
    if (!signal.aborted) await noteA360(deps, error);
    throw error;
  }
};

/** Writes what A360's rows say of those runs; a word nobody knows is a sighting all the same. */
const noteSeen = async (deps: ReconcileDeps, runs: readonly Candidate[], rows: ReadonlyMap<string, Activity>): Promise<void> => {
  const patience = patienceOf(deps);
  const reports = runs.map((run): RunReport => {
    const row = rows.get(run.deploymentId as string) as Activity;
    const report = reportOf(row);
    if (report === null) deps.log.warn({ ejecucion: run.ejecucionId, estado: row.status }, 'A360 da un estado que no se conoce');
    const told = report ?? { estado: run.estado as RunReport['estado'], origen: 'conciliador' as const };
    const closing = told.estado === 'UNKNOWN' ? whenUnknown(run, patience) : null;
    return { ...(closing ?? told), ejecucionId: run.ejecucionId, visto: run.estado };
  });
  await writeReports(deps, reports);
};

/** More in one transaction would keep pages and callbacks waiting. */
const mostAtOnce = 250;

export const writeReports = async (deps: ReconcileDeps, reports: readonly RunReport[]): Promise<void> => {
  for (const some of inLots(reports, mostAtOnce)) {
    await writeSome(deps, some);
    await new Promise(setImmediate);
  }
};

/** One that another run keeps out of its equipo is not lost of sight: it is noted as not known, which holds the equipo too. */
const writeSome = async (deps: ReconcileDeps, reports: readonly RunReport[]): Promise<void> => {
  const at = isoNow(deps.clock);
  const answers = await deps.db.write((): Reported[] => {
    const told = closeRuns(deps.db, at, reports);
    const held = reports.filter((_, index) => told[index] === 'held');
    closeRuns(
      deps.db,
      at,
      held.map((report) => ({ ...report, estado: 'UNKNOWN' as const })),
    );
    return told;
  });
  reports.forEach(({ ejecucionId }, index) => {
    if (answers[index] === 'applied') deps.hub.changed({ entity: 'ejecucion', id: ejecucionId });
  });
};

const patienceOf = ({ db, config, clock }: ReconcileDeps): Patience => {
  const settings = readLiveSettings(db, config);
  const days = settings.LANZADOR_CONCILIACION_UNKNOWN_TOLERANCIA_DIAS;
  return {
    maxMisses: settings.LANZADOR_CONCILIACION_INFERENCIA_MAX_INTENTOS,
    inferredMessage: settings.LANZADOR_CONCILIACION_INFERENCIA_MENSAJE,
    tooOld: new Date(clock.now().getTime() - days * dayMs).toISOString(),
    at: isoNow(clock),
  };
};

type Rest = Pick<Reconciled, 'vistas' | 'noEncontradas' | 'lotesFallidos'>;

/** Lots that fail one after the other: A360 is away, and each of the others would wait for it as long. */
const mostFailures = 3;

/** By id, lot by lot; each is written as soon as it is answered. */
const askForRest = async (round: Round, runs: readonly Candidate[]): Promise<Rest> => {
  const { deps, signal } = round;
  const size = readLiveSettings(deps.db, deps.config).LANZADOR_CONCILIACION_LOTE_TAMANO;
  const rest = { vistas: 0, noEncontradas: 0, lotesFallidos: 0 };
  let inARow = 0;
  for (const lot of inLots(runs, size)) {
    if (signal.aborted || inARow === mostFailures) break;
    const rows = await askForLot(round, lot);
    if (rows === null) {
      rest.lotesFallidos += 1;
      inARow += 1;
      continue;
    }
    inARow = 0;
    const missing = lot.filter(({ deploymentId }) => !rows.has(deploymentId as string));
    await noteSeen(
      deps,
      lot.filter((run) => !missing.includes(run)),
      rows,
    );
    await noteMissing(deps, missing);
    rest.vistas += lot.length - missing.length;
    rest.noEncontradas += missing.length;
  }
  return rest;
};

/** null = nothing is known of this lot. */
const askForLot = async ({ deps, a360, signal }: Round, lot: readonly Candidate[]): Promise<ReadonlyMap<string, Activity> | null> => {
  try {
    return latestByDeployment(await a360.activity({ deploymentIds: lot.map(({ deploymentId }) => deploymentId as string) }, signal));
  } catch (error) {
    if (error instanceof A360Error && error.failure === 'credenciales') await noteA360(deps, error);
    deps.log.warn(
      { err: asError(error), ejecuciones: lot.length },
      'un lote de la conciliación ha fallado: sus ejecuciones siguen como estaban',
    );
    return null;
  }
};

const noteMissing = async (deps: ReconcileDeps, missing: readonly Candidate[]): Promise<void> => {
  const { db } = deps;
  const patience = patienceOf(deps);
  const counted = missing.map(({ ejecucionId, estado }) => ({ ejecucionId, estado }));
  if (counted.length > 0) await db.write(() => countMisses(db, patience.at, counted));
  const reports = missing.flatMap((run): RunReport[] => {
    const report = whenMissing(run, patience);
    return report === null ? [] : [{ ...report, ejecucionId: run.ejecucionId, visto: run.estado }];
  });
  await writeReports(deps, reports);
};

const countMisses = (db: Deps['db'], at: string, runs: readonly object[]): void => {
  db.sql(
    `UPDATE ejecuciones SET no_encontrada = no_encontrada + 1, actualizada_at = @at
       FROM json_each(@runs) AS asked
      WHERE ejecuciones.ejecucion_id = asked.value ->> 'ejecucionId' AND ejecuciones.estado = asked.value ->> 'estado'
        AND ejecuciones.fecha_fin IS NULL`,
  ).run({ at, runs: JSON.stringify(runs) });
};
