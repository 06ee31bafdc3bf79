import type { Connection, SourceFile } from './sqlite-file.ts';

/** Rowids from (not included) … to (included). */
export type Span = { readonly after: bigint; readonly upTo: bigint };

const lowestRowid = -(2n ** 63n);
const spanLimits = { first: 500, most: 2000, least: 20, shareMs: 8 };

/**
 * Reads the whole table span by span. Spans shrink when a span takes long
 * (a slow pattern, a slow disk) and grow when it does not.
 */
export async function* scan<T>(
  file: SourceFile,
  read: (connection: Connection, span: Span) => T[],
  signal?: AbortSignal,
): AsyncGenerator<readonly T[]> {
  let after = lowestRowid;
  let size = spanLimits.first;
  while (!signal?.aborted) {
    let tookMs = 0;
    const page = await file.ask((connection) => {
      const started = performance.now();
      const upTo = endOfSpan(connection, after, size);
      const rows = upTo === null ? [] : read(connection, { after, upTo });
      tookMs = performance.now() - started;
      return { upTo, rows };
    });
    if (page.rows.length > 0) yield page.rows;
    if (page.upTo === null) return;
    after = page.upTo;
    size = nextSize(size, tookMs);
  }
}

const nextSize = (size: number, tookMs: number): number =>
  tookMs > spanLimits.shareMs ? Math.max(spanLimits.least, size >> 1) : Math.min(spanLimits.most, size * 2);

const endOfSpan = (connection: Connection, after: bigint, size: number): bigint | null =>
  connection
    .sql('SELECT max(r) FROM (SELECT rowid AS r FROM RecursosExp WHERE rowid > ? ORDER BY rowid LIMIT +?)')
    .safeIntegers()
    .pluck()
    .get(after, size) as bigint | null;

/**
 * The ways in which a source may write a whole number, as the JSON array `json_each` reads: 90001, '90001' and '90001.0'
 * (a REAL 90001.0 equals the first). Longer ones than SQLite's integers stand as text only.
 */
export const spellings = (ids: Iterable<string>): string =>
  `[${Array.from(ids, (id) => (id.length > 18 ? `"${id}","${id}.0"` : `${id},"${id}","${id}.0"`)).join(',')}]`;

/** Where each id stands (rowid as text); ids that do not exist are absent. Of two rows with one id, the first. */
export const locate = async (file: SourceFile, ids: readonly string[]): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  const add = ([rowid, id]: [string, string]) => {
    if (!found.has(id)) found.set(id, rowid);
  };
  const wanted = new Set(ids);
  const spelled = await file.ask((connection) => spelledAsUsual(connection, ids));
  for (const one of spelled) if (wanted.has(one[1])) add(one);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length === 0) return found;
  const list = JSON.stringify(missing);
  for await (const page of scan(file, (connection, span) => spelledOddly(connection, span, list))) page.forEach(add);
  return found;
};

const spelledAsUsual = (connection: Connection, ids: readonly string[]): [string, string][] =>
  connection
    .sql(
      `SELECT CAST(rowid AS TEXT), cerebro_id(idRecurso) FROM RecursosExp
       WHERE idRecurso IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
    )
    .raw()
    .all(spellings(ids)) as [string, string][];

/** '  090001 ' and the like: no index finds them, and hardly any source has them. */
const spelledOddly = (connection: Connection, { after, upTo }: Span, ids: string): [string, string][] =>
  connection
    .sql(
      `SELECT CAST(rowid AS TEXT), cerebro_id(idRecurso) FROM RecursosExp
       WHERE rowid > ? AND rowid <= ? AND typeof(idRecurso) = 'text' AND cerebro_id(idRecurso) IN (SELECT value FROM json_each(?))`,
    )
    .raw()
    .all(after, upTo, ids) as [string, string][];

/** TExp or Estado as a number; null for NULL and for anything that is no whole number. */
export const wholeNumber = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
};
