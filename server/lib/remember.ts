/** A pure function that remembers what it answered; when there is too much of it, it begins anew. */
export const remember = <K, V>(make: (key: K) => V, most = 10_000): ((key: K) => V) => {
  const known = new Map<K, V>();
  return (key) => {
    const old = known.get(key);
    if (old !== undefined) return old;
    const made = make(key);
    if (known.size >= most) known.clear();
    known.set(key, made);
    return made;
  };
};
