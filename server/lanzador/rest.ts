import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';

/** Monotonic instants until which A360 asked to be left alone, by database. A restart forgets them: A360 will say so again. */
const rests = new WeakMap<Db, number>();

/** A360 asks for a rest: of several at once, the longest. */
export const restFor = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, ms: number): void => {
  rests.set(db, Math.max(rests.get(db) ?? 0, clock.monotonic() + ms));
};

/** Until when nothing is asked of A360, by the clock on the wall; null = it may be asked. */
export const restingUntil = ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Date | null => {
  const left = (rests.get(db) ?? 0) - clock.monotonic();
  return left > 0 ? new Date(clock.now().getTime() + left) : null;
};
