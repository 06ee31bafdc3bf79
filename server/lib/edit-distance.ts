/** Letters to put, take, change or swap with a neighbour to make one text of the other (optimal string alignment). Pure. */
export const editDistance = (one: string, other: string): number => {
  const rows = Array.from({ length: one.length + 1 }, (_, i) => [i, ...new Array<number>(other.length).fill(0)]);
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let j = 1; j <= other.length; j++) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= one.length; i++)
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      (rows[i] as number[])[j] = swapped ? Math.min(least, at(i - 2, j - 2) + 1) : least;
    }
  return at(one.length, other.length);
};

/** The nearest of them that is a slip away: one letter for each six, three at most; null when none is. */
export const slipOf = (name: string, known: readonly string[]): string | null => {
  const allowed = Math.min(3, Math.floor(name.length / 6));
  const near = known
    .filter((one) => Math.abs(one.length - name.length) <= allowed)
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.one ?? null;
};
