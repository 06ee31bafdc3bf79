/** The styles ECharts writes into its pictures are theirs alone: a picture runs nothing and reaches nothing. */
export const picturePolicy = "default-src 'none'; style-src 'unsafe-inline'";

/** Draws each picture once, however many ask for it; the last `most` are kept. */
export const keepPictures = (most: number) => {
  const kept = new Map<string, Promise<string>>();
  return (key: string, make: () => Promise<string>): Promise<string> => {
    const known = kept.get(key) ?? make();
    known.catch(() => kept.delete(key));
    kept.delete(key);
    kept.set(key, known);
    for (const old of [...kept.keys()].slice(0, -most)) kept.delete(old);
    return known;
  };
};
