/**
 * What an id sorts by, as plain text: numbers by their value and before everything else, the rest as they are written. A total order,
 * which comparing «numerically where both are numbers» is not («9» < «10» < «1a» < «9»).
 */
export const idKey = (id: string): string => {
  if (!/^\d+$/.test(id)) return `b${id}`;
  const digits = id.replace(/^0+(?=\d)/, '');
  return `a${String.fromCharCode(digits.length)}${digits} ${id}`;
};

export const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => (a.key < b.key ? -1 : Number(a.key > b.key));
