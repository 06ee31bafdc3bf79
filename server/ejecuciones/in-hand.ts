import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';

/**
 * What this process knows of its own deploys, by database: null = the launcher still has it in its hands (claimed, or its call is
 * open), a number = the monotonic instant at which a row of the future was first seen. A call may take long: without this, "not there
 * three minutes later" could be true of one that is being asked for.
 */
const known = new WeakMap<Db, Map<string, number | null>>();

const callsOf = (db: Db): Map<string, number | null> => {
  const calls = known.get(db) ?? new Map<string, number | null>();
  known.set(db, calls);
  return calls;
};

/** From now on nobody but the launcher judges those runs. */
export const takeInHand = (db: Db, ids: readonly string[]): void => {
  for (const id of ids) callsOf(db).set(id, null);
};

export const letGo = (db: Db, id: string): void => {
  callsOf(db).delete(id);
};

export const isInHand = (db: Db, id: string): boolean => callsOf(db).get(id) === null;

/**
 * Milliseconds since that run was asked for, by the clock on the wall, as everything that has an age. A row of the future (the clock
 * was put back) counts from when it is first seen.
 */
export const askedAgoMs = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, run: { ejecucionId: string; fechaInicio: string }): number => {
  const ms = clock.now().getTime() - Date.parse(run.fechaInicio);
  if (ms >= 0) return ms;
  const since = callsOf(db).get(run.ejecucionId) ?? clock.monotonic();
  callsOf(db).set(run.ejecucionId, since);
  return clock.monotonic() - since;
};
