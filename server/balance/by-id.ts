/** What sorts by its id: `rank` is its value where it is a number, else infinite. */
export type Ranked = { readonly id: string; readonly rank: number };

const digits = /^\d+$/;

export const rankOf = (id: string): number => (digits.test(id) ? Number(id) : Number.POSITIVE_INFINITY);

/**
 * Numbers by their value and before everything else, the rest as they are written. A total order, which comparing «numerically where both
 * are numbers» is not («9» < «10» < «1a» < «9»).
 */
export const byId = (a: Ranked, b: Ranked): number => {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  return a.id < b.id ? -1 : Number(a.id > b.id);
};
