/** A list that is walked from the front over and over, while one after another of it is gone for good. */
export type Walk<T> = {
  readonly all: readonly T[];
  readonly isGone: (one: T) => boolean;
  /** From one that is gone, where to look next: all between are gone too. */
  readonly ahead: number[];
};

export const walkOf = <T>(all: readonly T[], isGone: (one: T) => boolean): Walk<T> => ({
  ...{ all, isGone },
  ahead: all.map((_, index) => index + 1),
});

/** Where the first one stands, from that place on, that is still there; the length of the list = there is none. */
export const placeOf = <T>({ all, isGone, ahead }: Walk<T>, from: number): number => {
  let found = from;
  while (found < all.length && isGone(all[found] as T)) found = ahead[found] as number;
  // Whoever passes here again goes there at once: no number of walks makes this quadratic.
  for (let at = from; at < found; ) {
    const next = ahead[at] as number;
    ahead[at] = found;
    at = next;
  }
  return found;
};
