/** Where a list in the order of some text is cut: after or before the row of that id. Its text travels as `pagina` in the URL. */
export type TextKey = { readonly forward: boolean; readonly id: string };

/** Reads `pagina`; anything its own links did not give is the first page. */
export const parseTextKey = (text: string): TextKey | null => {
  const [, word, id] = /^(tras|ante)-(.{1,200})$/su.exec(text) ?? [];
  return id === undefined ? null : { forward: word === 'tras', id };
};

/** One page, in the order of the list, with the keys of its neighbours. */
export type TextPage<Row> = { readonly rows: readonly Row[]; readonly next: string | null; readonly previous: string | null };

/**
 * Cuts what a query brought into a page.
 * @param found rows in the order the key walks, one more than `size` if there are more
 */
export const cutTextPage = <Row>(found: readonly Row[], key: TextKey | null, size: number, idOf: (row: Row) => string): TextPage<Row> => {
  const more = found.length > size;
  const forward = key?.forward ?? true;
  const kept = found.slice(0, size);
  const rows = forward ? kept : kept.reverse();
  const [first, last] = [rows[0], rows.at(-1)];
  const hasNext = last !== undefined && (forward ? more : true);
  const hasPrevious = first !== undefined && (forward ? key !== null : more);
  return { rows, next: hasNext ? `tras-${idOf(last)}` : null, previous: hasPrevious ? `ante-${idOf(first)}` : null };
};

/**
 * The SQL of that cut: a list of `table` ordered by `order` and then by its id column, walked from `@key` on. The row of the
 * key has to exist. Answers the condition and the ORDER BY.
 */
export const walkSql = (table: string, id: string, order: string, key: TextKey | null): { readonly cut: string; readonly by: string } => {
  const forward = key?.forward ?? true;
  const way = forward ? 'ASC' : 'DESC';
  const cut = key === null ? '' : ` AND (${order}, ${id}) ${forward ? '>' : '<'} (SELECT ${order}, ${id} FROM ${table} WHERE ${id} = @key)`;
  return { cut, by: `ORDER BY ${order} ${way}, ${id} ${way}` };
};
