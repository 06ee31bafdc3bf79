/** When copies ended: the last good one, and the last that failed since. */
export type LastCopies = { readonly good: string | null; readonly failed: string | null };

const hourMs = 3_600_000;
const plus = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();

/** An instant that is still to come was written by a clock that was wrong: it counts as never. */
const past = (iso: string | null, now: string): string | null => (iso !== null && iso > now ? null : iso);

/** From when the next copy is due; null = only by hand. One that failed is tried again after an hour. Pure. */
export const copyDueAt = (last: LastCopies, hours: number, now: string): string | null => {
  if (hours === 0) return null;
  const [good, failed] = [past(last.good, now), past(last.failed, now)];
  const due = good === null ? '' : plus(good, hours * hourMs);
  const again = failed === null ? '' : plus(failed, Math.min(1, hours) * hourMs);
  return [due, again].sort().at(-1) as string;
};

/** What is known of the last good copy, once its file is looked for: one that is gone is no copy, and a new one is not made at once for ever. Pure. */
export const withoutFile = ({ good, failed }: LastCopies): LastCopies => ({
  good: null,
  failed: good !== null && (failed === null || failed < good) ? good : failed,
});

/** Twice the time between two copies has gone by since the last good one, or since the first that was tried. Pure. */
export const copyIsLate = (since: string | null, hours: number, now: string): boolean =>
  since !== null && hours > 0 && plus(since, 2 * hours * hourMs) < now;

/** From when a piece of work is due that was last done then, every so many hours; null = only by hand. Pure. */
export const workDueAt = (last: string | null, hours: number, now: string): string | null => {
  const done = past(last, now);
  return hours === 0 ? null : done === null ? '' : plus(done, hours * hourMs);
};

/** Longer than any stop or interval that needs no second look. */
const leapMs = 30 * 24 * hourMs;

/** Whether so much time has passed since the last cleaning that the clock may be wrong. Pure. */
export const leaps = (last: string | null, hours: number, now: string): boolean =>
  last !== null && last <= now && Date.parse(now) - Date.parse(last) > leapMs + hours * hourMs;

/** Those to be removed, `copies` the newest first. At least one stays. Pure. */
export const tooMany = <T>(copies: readonly T[], keep: number): readonly T[] => copies.slice(Math.max(1, keep));

/** Nothing younger than this is ever removed, whatever the setting: calendars look back two days. */
const leastMs = 3 * 24 * hourMs;

/** Nothing from then on is removed; null = everything is kept. Pure. */
export const keepFrom = (now: Date, days: number): string | null =>
  days === 0 ? null : new Date(now.getTime() - Math.max(days * 24 * hourMs, leastMs)).toISOString();

/** What keeps an eye on the disk: how much is free where the house writes, in MB. */
export type FreeSpace = { readonly folder: string; readonly freeMb: number };

export type DiskVerdict = { readonly nivel: 'CRITICO' | 'ALTO'; readonly folder: string; readonly freeMb: number };

/** What must be free for a limit that was met to be over: somewhat more, so that no mails go to and fro around it. Pure. */
export const roomAgain = (limitMb: number): number => Math.ceil(limitMb * 1.1);

/**
 * The worst of them; null = there is room everywhere. Only where the house works (`vital`) does it stop. `known` = what was told until
 * now: that ends with a little more room than it began. Pure.
 */
export const judgeDisk = (
  spaces: readonly (FreeSpace & { readonly vital: boolean })[],
  limits: { readonly min: number; readonly warn: number },
  known?: DiskVerdict['nivel'],
): DiskVerdict | null => {
  const min = known === 'CRITICO' ? roomAgain(limits.min) : limits.min;
  const warn = known === undefined ? limits.warn : roomAgain(limits.warn);
  const [least] = spaces.filter(({ vital, freeMb }) => vital && freeMb < min);
  if (least) return { nivel: 'CRITICO', folder: least.folder, freeMb: least.freeMb };
  const [little] = spaces.filter(({ freeMb }) => freeMb < warn).sort((a, b) => a.freeMb - b.freeMb);
  return little ? { nivel: 'ALTO', folder: little.folder, freeMb: little.freeMb } : null;
};
