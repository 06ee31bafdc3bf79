/** One start of the house, and how it ended. */
export type Start = { readonly at: string; readonly terminadoAt: string | null };

/** Who dies sooner than this after a start counts; longer than the longest rest, so that one who dies right after it counts too. */
const soonMs = 10 * 60_000;
const patience = 3;
const firstRestMs = 10_000;
const longestRestMs = 300_000;

const instantOf = (iso: string): number => Date.parse(iso);

/**
 * How many starts in a row died soon, the newest first and the present one not among them: no end was written down, and the next
 * start came within minutes.
 */
export const deathsInARow = (before: readonly Start[], now: string): number => {
  let next = instantOf(now);
  for (const [count, { at, terminadoAt }] of before.entries()) {
    const livedMs = next - instantOf(at);
    // A wall clock that was set back says nothing about a life.
    if (terminadoAt !== null || livedMs > soonMs || livedMs < 0) return count;
    next = instantOf(at);
  }
  return before.length;
};

/** Milliseconds a start rests before it works, after so many deaths in a row: 10 s after the third, doubled up to 5 minutes. */
export const restAfterDeaths = (deaths: number): number =>
  deaths < patience ? 0 : Math.min(firstRestMs * 2 ** Math.min(deaths - patience, 20), longestRestMs);

/** What the aviso and the page say about it. */
export const restartsTitle = (deaths: number): string => `Cerebro se ha reiniciado ${deaths} veces seguidas sin parar en orden`;
