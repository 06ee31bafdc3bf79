import type { Sample } from './measure.ts';

/** What may still grow from the second quarter of the day to the last: a share of it, and a little on top. */
type Bound = {
  readonly what: string;
  readonly of: (sample: Sample) => number | null;
  readonly share: number;
  readonly more: number;
  /** Other programs can only make it worse: the best hour of the last quarter is judged. */
  readonly best?: true;
};

/**
 * 20,000 trámites that leave 1 KB each are 10 MB from the second quarter to the last; 200 bytes each are seen.
 * The first quarter is left out: caches, statements and pages of the database are being filled.
 */
export const bounds: readonly Bound[] = [
  { what: 'memoria de JavaScript (MB)', of: ({ heapMb }) => heapMb, share: 0.02, more: 1 },
  { what: 'memoria del proceso (MB)', of: ({ rssMb }) => rssMb, share: 0.1, more: 16 },
  { what: 'asas', of: ({ handles }) => handles, share: 0, more: 2 },
  { what: 'descriptores', of: ({ descriptors }) => descriptors, share: 0, more: 2 },
  { what: 'bucle de eventos, p99 (ms)', of: ({ loopMs }) => loopMs, share: 1, more: 20, best: true },
];

export type Verdict = {
  readonly what: string;
  readonly second: number;
  readonly last: number;
  readonly most: number;
  readonly flat: boolean;
};

/** The last quarter against the median of the second. Pure. */
export const judgeFlatness = (samples: readonly Sample[]): readonly Verdict[] =>
  bounds.flatMap(({ what, of, share, more, best }) => {
    const values = samples.map(of).filter((value) => value !== null);
    if (values.length < (best ? fewestForBest : 1)) return [];
    const second = median(quarter(values, 1));
    const last = best ? Math.min(...quarter(values, 3)) : median(quarter(values, 3));
    const most = Math.round((second * (1 + share) + more) * 10) / 10;
    return [{ what, second, last, most, flat: last <= most }];
  });

/** A quarter of fewer hours has no best one worth the name. */
const fewestForBest = 12;

const quarter = (values: readonly number[], index: number): readonly number[] => {
  const at = (n: number) => Math.floor((values.length * n) / 4);
  return values.slice(at(index), Math.max(at(index + 1), at(index) + 1));
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
