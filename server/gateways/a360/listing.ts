import type { Clock } from '#server/lib/clock.ts';
import { A360Error } from './a360.ts';

export type Condition =
  | { readonly operator: 'eq' | 'ge'; readonly field: string; readonly value: string }
  | { readonly operator: 'and' | 'or'; readonly operands: readonly Condition[] };

export type Page = {
  readonly items: readonly unknown[];
  /** 0 = A360 does not say. */
  readonly totalFilter: number;
};

export type Limits = { readonly pageSize: number; readonly maxPages: number };

/**
 * `still`: what is listed hardly changes, and one row less would be a mistake. `moving`: rows come and go all the time; one that a
 * leaving row pushes over a page's edge is missing, and who asks finds it by its id.
 */
export type Kind = 'still' | 'moving';

/** A lone condition stands without the operator that would join it to others. Never of none: A360 rejects it. */
export const anyOf = (conditions: readonly Condition[]): Condition =>
  conditions.length === 1 ? (conditions[0] as Condition) : { operator: 'or', operands: conditions };

/** The body of every listing; an empty filter is left out, since some endpoints reject it. */
export const envelope = (filter: Condition | null, offset: number, length: number) => ({
  ...(filter === null ? {} : { filter }),
  sort: [{ field: 'id', direction: 'asc' }],
  page: { offset, length },
});

/** Rows that left while it was read push others over a page's edge: read again, but not for ever. */
const readings = 3;

/**
 * Every row, each once, in order. @param what how the rows are told: «equipos»
 * @throws A360Error what a page failed with, or `respuesta` when the listing never comes whole.
 */
export const readWhole = async (
  ask: (offset: number) => Promise<Page>,
  limits: Limits,
  what: string,
  kind: Kind = 'still',
): Promise<readonly unknown[]> => {
  for (let reading = 1; reading <= readings; reading++) {
    const rows = await readOnce(ask, { ...limits, kind }, what);
    if (rows !== null) return rows;
  }
  throw new A360Error('respuesta', `La lista de ${what} de A360 no llega entera: sus filas cambian o se repiten mientras se lee.`);
};

/** null = it changed under our eyes. */
const readOnce = async (
  ask: (offset: number) => Promise<Page>,
  limits: Limits & { readonly kind: Kind },
  what: string,
): Promise<readonly unknown[] | null> => {
  const rows = new Map<unknown, unknown>();
  const still = limits.kind === 'still';
  let offset = 0;
  let known = 0;
  /** Rows that an earlier page had brought already. */
  let again = 0;
  for (let pages = 0; pages < limits.maxPages; pages++) {
    const { items, totalFilter } = await ask(offset);
    const before = rows.size;
    const keys = items.map((item, n) => keyOf(item) ?? offset + n);
    again += keys.filter((key) => rows.has(key)).length;
    for (const [n, key] of keys.entries()) rows.set(key, items[n]);
    offset += items.length;
    if (still && totalFilter > 0 && totalFilter < known) return null;
    known = totalFilter || known;
    const step = next({ got: items.length, fresh: rows.size > before, offset, known }, limits.pageSize);
    // A row that came twice took the place of one that did not come.
    if (step === 'done') return still && offset - again < known ? null : [...rows.values()];
    if (step === 'moved') return null;
  }
  throw new A360Error('respuesta', `La lista de ${what} de A360 tiene más de ${limits.maxPages} páginas: suba API_MAX_PAGINATION_PAGES.`);
};

const keyOf = (item: unknown): string | null => {
  const id = (item as { readonly id?: unknown } | null)?.id;
  return typeof id === 'string' || typeof id === 'number' ? `id ${id}` : null;
};

type Progress = { readonly got: number; readonly fresh: boolean; readonly offset: number; readonly known: number };

/** A page shorter than asked is the last one only where nobody says how many rows there are. */
const next = ({ got, fresh, offset, known }: Progress, pageSize: number): 'done' | 'moved' | 'on' => {
  if (got === 0) return known > offset ? 'moved' : 'done';
  if (got >= pageSize && !fresh) return 'moved';
  return (known > 0 ? offset >= known : got < pageSize) ? 'done' : 'on';
};

const waitsMs = [1000, 3000] as const;
/** A listing that A360 wants later than this fails instead: the next cycle will ask again. */
const longestWaitMs = 60_000;

/** For what changes nothing at A360: twice more where asking again may help. */
export const insisting = async <T>(clock: Clock, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  for (const wait of waitsMs) {
    try {
      return await work();
    } catch (error) {
      const rest = restAfter(error, wait);
      if (rest === null || signal.aborted) throw error;
      await clock.sleep(rest, signal);
      if (signal.aborted) throw error;
    }
  }
  return work();
};

/** null = asking again would not help. */
const restAfter = (error: unknown, usual: number): number | null => {
  if (!(error instanceof A360Error)) return null;
  if (error.failure === 'red' || [502, 503, 504].includes(error.status ?? 0)) return usual;
  if (error.failure !== 'ritmo') return null;
  const asked = error.retryAfterMs ?? usual;
  return asked <= longestWaitMs ? asked : null;
};
