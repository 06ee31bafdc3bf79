import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import type { A360Error, A360Failure } from '#server/gateways/a360/a360.ts';

/** Failures of A360 itself: they say nothing of the robot nor of the equipo. */
const own: ReadonlySet<A360Failure> = new Set(['servidor', 'red', 'respuesta', 'ritmo']);

/** How many launches in a row, and since when (ms). */
export type Streak = { readonly times: number; readonly since: number };

/** From cycle to cycle, by database. */
const streaks = new WeakMap<Db, Streak>();

/** Counts one more launch that A360 itself failed at; whatever else it answers ends the streak. */
export const countFailure = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, { failure, status }: A360Error): void => {
  const { times, since } = streaks.get(db) ?? { times: 0, since: clock.now().getTime() };
  if (own.has(failure)) streaks.set(db, { times: times + 1, since });
  else if (status !== null) streaks.delete(db);
};

/** Null = the last launch was no failure of A360 itself. */
export const streakOf = (db: Db): Streak | null => streaks.get(db) ?? null;
export const endStreak = (db: Db): void => void streaks.delete(db);

/** Failures in a row that are not worth an aviso yet are one less. */
const tolerated = 3;
/** What a 5xx says at once, silence and rests say only after a while. */
const patienceMs = 5 * 60_000;

/** Whether a person should know. Pure. */
export const isWorthTelling = ({ times, since }: Streak, failure: A360Failure, now: number): boolean =>
  own.has(failure) && times >= tolerated && (failure === 'servidor' || now - since >= patienceMs);
