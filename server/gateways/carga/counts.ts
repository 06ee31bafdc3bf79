import type { LoadAnswer } from './carga.ts';

/** A count as somebody outside gives it: a whole number, or one in digits; below nothing is nothing; null = not a count. */
export const countOf = (told: unknown): number | null => {
  const count = typeof told === 'bigint' || (typeof told === 'string' && /^-?\d+$/.test(told.trim())) ? Number(told) : told;
  if (typeof count !== 'number' || !Number.isInteger(count)) return null;
  if (count <= 0) return 0;
  return Number.isSafeInteger(count) ? count : null;
};

/** What a task of nobody is counted under: it is shown, and no robot is called so. */
const nameless = '(sin nombre)';

/** Names without blanks around them, each once; one count that is none spoils the answer, since a guess would move machines. */
export const readCounts = (told: Iterable<readonly [name: unknown, count: unknown]>, whose: string): LoadAnswer => {
  const tickets = new Map<string, number>();
  for (const [written, count] of told) {
    const name = (typeof written === 'string' && written.trim()) || nameless;
    const more = countOf(count);
    if (more === null)
      return { kind: 'failed', reason: `${whose} da al robot «${name}» un número de tickets que no lo es: ${shown(count)}.` };
    tickets.set(name, (tickets.get(name) ?? 0) + more);
  }
  return { kind: 'ok', tickets };
};

const shown = (count: unknown): string => {
  if (typeof count === 'object' && count !== null) return 'no es un número ni un texto';
  return typeof count === 'string' ? `«${count.slice(0, 40)}»` : String(count);
};
