import type { Db } from '#server/db/open.ts';

/** Counts of the past, kept as long as `key` says that nothing about it has changed. */
type Kept = Map<string, { readonly key: string; readonly counts: readonly number[] }>;
const keptOf = new WeakMap<Db, Kept>();

const keep = (db: Db, name: string, key: string, count: () => readonly number[]): readonly number[] => {
  const kept = keptOf.get(db) ?? new Map();
  keptOf.set(db, kept);
  const known = kept.get(name);
  if (known?.key === key) return known.counts;
  const counts = count();
  kept.set(name, { key, counts });
  return counts;
};

const between = `SELECT count(*) AS n FROM tramite_queue
  WHERE status = 'completed' AND site_id = @site AND processed_at >= @from AND processed_at < @to`;

/** Later than any instant a row holds. */
const never = '9999';

/** How many that organismo ever filed, from the table the triggers keep. */
const filedInAll = (db: Db, site: string): number =>
  (db.sql("SELECT n FROM queue_counts WHERE site_id = ? AND status = 'completed'").get(site)?.n ?? 0) as number;

/**
 * Filed by one organismo on each of those days, the last of which is today. The days that are over are counted again
 * only when the total without today's changes: somebody resolved an old one, or another program wrote it.
 * @param starts the stored instant each day began at, the oldest first
 */
export const filedByDay = (db: Db, site: string, starts: readonly string[]): number[] => {
  const count = (from: string, to: string): number => db.sql(between).get({ site, from, to })?.n as number;
  const today = count(starts.at(-1) as string, never);
  const key = `${starts[0]} ${starts.at(-1)} ${filedInAll(db, site) - today}`;
  const past = keep(db, `días ${site}`, key, () => starts.slice(0, -1).map((start, day) => count(start, starts[day + 1] as string)));
  return [...past, today];
};

export const sparkHours = 24;

/** Filed by one organismo in each of the last 24 hours of the clock, the present one last. */
export const filedByHour = (db: Db, site: string, now: Date): readonly number[] => {
  const hours = Array.from({ length: sparkHours }, (_, index) => hourOf(now.getTime() - (sparkHours - 1 - index) * 3_600_000));
  const key = `${hours[0]} ${filedInAll(db, site)}`;
  return keep(db, `horas ${site}`, key, () => {
    const rows = db
      .sql(
        `SELECT substr(processed_at, 1, 13) AS hour, count(*) AS n FROM tramite_queue
          WHERE status = 'completed' AND site_id = ? AND processed_at >= ? GROUP BY hour`,
      )
      .all(site, hours[0]);
    const found = new Map(rows.map((row) => [row.hour as string, row.n as number]));
    return hours.map((hour) => found.get(hour) ?? 0);
  });
};

/** 2026-03-02T09 */
const hourOf = (ms: number): string => new Date(ms).toISOString().slice(0, 13);
