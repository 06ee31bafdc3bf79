/**
 * The first key of a table that only grows whose row is not older than that instant: halving the keys finds it in a few
 * steps where no index over the instants stands. `atOrAfter` answers the first row whose key is not below the given one.
 * Answers `last` + 1 when all are older.
 */
export const firstSince = (
  instant: string,
  last: number,
  atOrAfter: (key: number) => { readonly key: number; readonly at: string } | undefined,
): number => {
  let [low, high] = [1, last + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = atOrAfter(middle);
    if (row && row.key < high && row.at < instant) low = row.key + 1;
    else high = middle;
  }
  return low;
};
