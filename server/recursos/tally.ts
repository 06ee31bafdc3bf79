import type { Clock } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';

/** What a cycle did for one organismo. */
export type SiteTally = { seen: number; matched: number; discarded: number; claimed: number; lost: number; error: string | null };

/** Everything a cycle counts while it runs. */
export type Tally = {
  readonly sites: ReadonlyMap<string, SiteTally>;
  readonly reasons: Readonly<Record<string, number>>;
  /** Milliseconds per phase. */
  readonly phases: Readonly<Record<string, number>>;
  seen(siteId: string, rows: number): void;
  matched(siteId: string): void;
  discarded(siteId: string, reason: string): void;
  settled(siteId: string, outcome: 'claimed' | 'lost' | 'foreign'): void;
  failed(siteId: string, error: unknown): void;
  /** How the last claim of an organismo went: the source carried it out (`null`), or this is what it threw. */
  claimed(siteId: string, error: Error | null): void;
  /** What the last claim of an organismo threw; none of those it was carried out for. */
  readonly refused: ReadonlyMap<string, Error>;
  timed<T>(phase: string, work: () => Promise<T>): Promise<T>;
  /** Over all organismos. */
  totals(): Omit<SiteTally, 'error'>;
};

export const createTally = (clock: Clock, siteIds: readonly string[]): Tally => {
  const sites = new Map<string, SiteTally>(
    siteIds.map((siteId) => [siteId, { seen: 0, matched: 0, discarded: 0, claimed: 0, lost: 0, error: null }]),
  );
  const of = (siteId: string) => sites.get(siteId) as SiteTally;
  const refused = new Map<string, Error>();
  const reasons: Record<string, number> = {};
  const phases: Record<string, number> = {};
  const add = (counts: Record<string, number>, name: string, n: number) => {
    counts[name] = (counts[name] ?? 0) + n;
  };
  return {
    sites,
    reasons,
    phases,
    refused,
    seen: (siteId, rows) => {
      of(siteId).seen += rows;
    },
    matched: (siteId) => {
      of(siteId).matched += 1;
    },
    discarded: (siteId, reason) => {
      of(siteId).discarded += 1;
      add(reasons, reason, 1);
    },
    settled: (siteId, outcome) => {
      of(siteId)[outcome === 'claimed' ? 'claimed' : 'lost'] += 1;
    },
    failed: (siteId, error) => {
      of(siteId).error = asError(error).message;
    },
    claimed: (siteId, error) => {
      if (error) refused.set(siteId, error);
      else refused.delete(siteId);
    },
    timed: async (phase, work) => {
      const started = clock.monotonic();
      try {
        return await work();
      } finally {
        add(phases, phase, Math.round((clock.monotonic() - started) * 10) / 10);
      }
    },
    totals: () => sum([...sites.values()]),
  };
};

const sum = (sites: readonly SiteTally[]): Omit<SiteTally, 'error'> => {
  const total = (key: Exclude<keyof SiteTally, 'error'>) => sites.reduce((all, site) => all + site[key], 0);
  return { seen: total('seen'), matched: total('matched'), discarded: total('discarded'), claimed: total('claimed'), lost: total('lost') };
};
