/** How counts of tickets are read, whoever gives them. Pure. */
import type { LoadAnswer } from './carga.ts';

/** A line of an answer, as it came. */
export type Counted = { readonly name: string; readonly count: unknown };

/** How tickets that nobody gives a robot for are named: on the page they stand among those without a robot. */
const nobody = '(sin nombre)';

/**
 * Tickets by name: names without the blanks around them, the lines of one name together, no less than 0.
 * One count that cannot be read makes the whole answer a failure: as 0 it would take equipos away.
 * @param who «Clouders», for the sentence
 */
export const tally = (lines: Iterable<Counted>, who: string): LoadAnswer => {
  const tickets = new Map<string, number>();
  for (const { name, count } of lines) {
    const key = name.trim() || nobody;
    const read = readCount(count);
    const sum = (tickets.get(key) ?? 0) + (read ?? Number.NaN);
    if (!Number.isSafeInteger(sum))
      return { kind: 'failed', reason: `${who} da una cuenta que no es un número de tickets para «${shown(key)}»: ${told(count)}.` };
    tickets.set(key, sum);
  }
  return { kind: 'ok', tickets };
};

/** A whole number, also as text; less than 0 is 0. null = it is none. */
export const readCount = (value: unknown): number | null => {
  const number = typeof value === 'string' && /^\s*[+-]?\d+(\.0+)?\s*$/.test(value) ? Number(value) : value;
  if (typeof number === 'bigint') return readCount(number.toString());
  return typeof number === 'number' && Number.isSafeInteger(number) ? Math.max(0, number) : null;
};

const shown = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 80);

const told = (count: unknown): string => {
  if (count === null || count === undefined) return 'no dice cuántos';
  return `«${shown(typeof count === 'object' ? JSON.stringify(count) : String(count))}»`;
};
