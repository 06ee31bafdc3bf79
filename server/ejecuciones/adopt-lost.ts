import type { Db } from '#server/db/open.ts';
import { A360Error, type Activity, type Launch } from '#server/gateways/a360/a360.ts';
import { record } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import { applyWaiting } from './callback-inbox.ts';
import { closeRun } from './close-run.ts';
import { askedAgoMs, isInHand, letGo } from './in-hand.ts';
import { type Candidate, chooseLost, dealRows, inLots, isLost, oldestSearch, reportOf, wasNeverAsked } from './plan.ts';
import type { Reconciled, Round } from './reconcile.ts';
import { reviveRun } from './revive.ts';

type Found = Pick<Reconciled, 'adoptadas' | 'perdidas'>;

type Became = 'adopted' | 'lost' | 'waits';

/** Of one question to A360. */
export const mostAtOnce = 50;

/**
 * Runs that were claimed and have no deploymentId: their answer was lost, or the house died before it was stored. They are looked for
 * together, each among what A360 ran of its bot and user since the claim. One that is not there three minutes later was never
 * launched: its occurrence is open again. A search that fails says nothing of those it was for.
 */
export const findLost = async (round: Round, runs: readonly Candidate[]): Promise<Found> => {
  const found = { adoptadas: 0, perdidas: 0 };
  // The answer of one that is in hand is still waited for, and tells more than any search.
  const adrift = runs.filter(({ ejecucionId }) => !isInHand(round.deps.db, ejecucionId));
  for (const lot of inLots(adrift, mostAtOnce)) {
    if (round.signal.aborted) break;
    for (const became of await settleLot(round, lot, await searchLot(round, lot))) {
      if (became === 'adopted') found.adoptadas += 1;
      if (became === 'lost') found.perdidas += 1;
    }
  }
  return found;
};

/** By ejecución, what may be it; one that is missing could not be asked for. */
type Rows = ReadonlyMap<string, readonly Activity[]>;

/** All in one question; one by one where A360 does not understand it, or does not say whose each row is. */
export const searchLot = async (round: Round, lot: readonly Candidate[]): Promise<Rows> => {
  const dealt = lot.length === 1 ? null : await searchTogether(round, lot);
  if (dealt !== null) return dealt;
  const rows = new Map<string, readonly Activity[]>();
  for (const run of lot) {
    const answer = await search(round, [run], launchOf(run));
    if (!(answer instanceof Error)) rows.set(run.ejecucionId, answer);
  }
  return rows;
};

/** null = they have to be asked for one by one. */
const searchTogether = async (round: Round, lot: readonly Candidate[]): Promise<Rows | null> => {
  const launches = lot.flatMap((run) => launchOf(run) ?? []);
  const answer = await search(round, lot, launches.length === 0 ? null : { launches });
  if (!(answer instanceof Error)) return dealRows(lot, answer);
  if (answer instanceof A360Error && answer.failure === 'respuesta') return null;
  // Nothing can have been launched without a user, whether A360 answers or not.
  return new Map(lot.filter(({ userId }) => userId === null).map(({ ejecucionId }) => [ejecucionId, []]));
};

const launchOf = ({ robotId, userId }: Candidate): Launch | null => (userId === null ? null : { fileId: robotId, userId });

type Question = Launch | { readonly launches: readonly Launch[] };

/** The error that A360 could not be asked for. Without a user there is nothing to ask. */
const search = async (round: Round, runs: readonly Candidate[], question: Question | null): Promise<readonly Activity[] | Error> => {
  if (question === null) return [];
  const { deps, a360, signal } = round;
  try {
    return await a360.activity({ ...question, since: oldestSearch(runs) }, signal);
  } catch (error) {
    const about = { err: asError(error), ejecuciones: runs.map(({ ejecucionId }) => ejecucionId) };
    deps.log.warn(about, 'no se han podido buscar lanzamientos sin respuesta');
    return about.err;
  }
};

/** One transaction for all: what one of them takes is not there for the next. */
const settleLot = async ({ deps }: Round, lot: readonly Candidate[], rows: Rows): Promise<Became[]> => {
  const { db, hub } = deps;
  const asked = lot.filter(({ ejecucionId }) => rows.has(ejecucionId));
  if (asked.length === 0) return [];
  const settle = (run: Candidate) => settleLost(deps, run, rows.get(run.ejecucionId) as readonly Activity[]);
  const became = await db.write(() => asked.map(settle), { durable: true });
  asked.forEach(({ ejecucionId }, index) => {
    if (became[index] === 'waits') return;
    letGo(db, ejecucionId);
    hub.changed({ entity: 'ejecucion', id: ejecucionId });
  });
  return became;
};

const settleLost = (deps: Round['deps'], run: Candidate, rows: readonly Activity[]): Became => {
  const { db, clock } = deps;
  const at = isoNow(clock);
  // The launcher may have stored its answer meanwhile, or called once more.
  const asRead = 'SELECT 1 FROM ejecuciones WHERE ejecucion_id = ? AND fecha_inicio = ? AND deployment_id IS NULL AND fecha_fin IS NULL';
  if (isInHand(db, run.ejecucionId) || db.sql(asRead).get(run.ejecucionId, run.fechaInicio) === undefined) return 'waits';
  const never = wasNeverAsked(run);
  const chosen = never ? null : chooseLost(run, rows, takenAmong(db, rows));
  if (chosen !== null) {
    adopt(db, at, run, chosen);
    return 'adopted';
  }
  if (!isLost(run, askedAgoMs(deps, run))) return 'waits';
  closeRun(db, at, {
    ejecucionId: run.ejecucionId,
    estado: 'DEPLOY_FAILED',
    origen: never ? 'lanzador' : 'conciliador',
    fin: at,
    mensaje: never ? unaskedMessage : run.errorCode === 'a360_servidor' ? failedMessage : lostMessage,
    ocurrenciaLibre: true,
    ...(never ? { unbegun: { verb: 'requeue', code: 'lanzamiento_interrumpido', message: unaskedMessage, notBefore: null } } : {}),
  });
  return 'lost';
};

const lostMessage = 'A360 no contestó al lanzamiento y no hay rastro de él: no llegó a empezar.';
const failedMessage = 'A360 falló al lanzarlo y no hay rastro de él: no llegó a empezar.';
const unaskedMessage = 'Cerebro se paró antes de pedírselo a A360.';

/** Of those deployments, the ones that are somebody's here. */
export const takenAmong = (db: Db, rows: readonly Activity[]): ReadonlySet<string> => {
  const ids = JSON.stringify(rows.map(({ deploymentId }) => deploymentId));
  const taken = db.sql('SELECT deployment_id FROM ejecuciones WHERE deployment_id IN (SELECT value FROM json_each(?))').all(ids);
  return new Set(taken.map((row) => row.deployment_id as string));
};

/** From now on A360's run is this one, however it was given up. Call inside a transaction. */
export const adopt = (db: Db, at: string, { ejecucionId }: Candidate, row: Activity): void => {
  reviveRun(db, at, ejecucionId, row.deploymentId);
  db.sql('UPDATE ejecuciones SET activity_id = ? WHERE ejecucion_id = ?').run(row.id, ejecucionId);
  record(db, at, { entity: 'ejecucion', entityId: ejecucionId, kind: 'adopted', data: { deployment: row.deploymentId } });
  // A callback came first and brings the output: the list may not end the run before it.
  applyWaiting(db, at, ejecucionId, row.deploymentId);
  const report = reportOf(row);
  // Seen there, so it was deployed, whatever A360 calls it.
  closeRun(db, at, { ...(report ?? { estado: 'DEPLOYED', origen: 'conciliador' }), ejecucionId });
};
