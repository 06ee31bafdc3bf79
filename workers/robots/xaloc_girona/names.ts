/**
 * The names under which the portal will keep the files: it strips everything but letters, digits, `-`, `_` and `.`
 * (XVIA.md 5.1). Names that would become the same, whatever their case, get a number in front. Pure; same order.
 */
export const portalNames = (names: readonly string[]): readonly string[] => {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = strip(name);
    let unique = plain;
    for (let n = 2; taken.has(unique.toLowerCase()); n += 1) unique = `${n}_${plain}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
};

const strip = (name: string): string => {
  const dot = name.lastIndexOf('.');
  const stem = (dot < 0 ? name : name.slice(0, dot)).replace(/[^A-Za-z0-9_.-]/g, '');
  const extension =
    dot < 0
      ? ''
      : name
          .slice(dot)
          .replace(/[^A-Za-z0-9.]/g, '')
          .toLowerCase();
  return `${stem || 'documento'}${extension}`;
};
