/** Where a list is cut: after (older than) or before (newer than) a row. Its text travels as `pagina` in the URL. */
export type PageKey = { readonly older: boolean; readonly id: number };

/** One page of a list, newest first, with the keys of its neighbours. */
export type Page<Row> = {
  readonly rows: readonly Row[];
  /** `pagina` of the next, older page; null on the last one. */
  readonly olderKey: string | null;
  /** `pagina` of the previous, newer page; null on the first one. */
  readonly newerKey: string | null;
};

export const pageSize = 50;

/** Reads `pagina`; anything its own links did not give is the first page. */
export const parsePageKey = (text: unknown): PageKey | null => {
  const [, word, id] = typeof text === 'string' ? (/^(antes|despues)-(\d{1,15})$/.exec(text) ?? []) : [];
  return word === undefined ? null : { older: word === 'antes', id: Number(id) };
};

/**
 * Cuts what a query brought into a page.
 * @param found rows in the order the key walks (older: newest first; newer: oldest first), one more than `size` if there are more
 */
export const cutPage = <Row extends { readonly id: number }>(found: readonly Row[], key: PageKey | null, size = pageSize): Page<Row> => {
  const more = found.length > size;
  const older = key?.older ?? true;
  const kept = found.slice(0, size);
  const rows = older ? kept : kept.reverse();
  const first = rows[0];
  const last = rows.at(-1);
  const hasOlder = last !== undefined && (older ? more : true);
  const hasNewer = first !== undefined && (older ? key !== null : more);
  return { rows, olderKey: hasOlder ? `antes-${last.id}` : null, newerKey: hasNewer ? `despues-${first.id}` : null };
};
