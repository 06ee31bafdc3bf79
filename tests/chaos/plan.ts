import { createRandom, type Random } from '#server/demo/source/random.ts';
import type { PointName } from './points.ts';

/** When the process group dies: at a named point, so long after its start, or at its n-th commit to the local database. */
export type Kill =
  | { readonly kind: 'punto'; readonly point: PointName }
  | { readonly kind: 'instante'; readonly afterMs: number }
  | { readonly kind: 'cambio'; readonly changes: number };

export type KillPlan = {
  readonly kills: readonly Kill[];
  /** Points that found no place. */
  readonly leftOut: readonly PointName[];
};

/** A start takes about three seconds: one kill in four or so falls into it. */
const longestMs = 12_000;
const mostChanges = 80;
/** Within these the first start makes the database, the sample and the world. */
const firstStartMs = 2_500;

/**
 * The named points in some order, then random kills; where there is room for one more than the points, it comes first and
 * falls into the very first start. The same seed gives the same plan.
 */
export const planKills = (times: number, seed: number, wanted: readonly PointName[], all: readonly PointName[] = wanted): KillPlan => {
  const random = createRandom(seed);
  const named = wanted.slice(0, times).map((point): Kill => ({ kind: 'punto', point }));
  const rest = Array.from({ length: times - named.length }, () => atRandom(random));
  const first: Kill[] = rest.length === 0 ? [] : [{ kind: 'instante', afterMs: 100 + random.below(firstStartMs) }];
  return {
    kills: [...first, ...random.shuffled(named), ...rest.slice(first.length)],
    leftOut: all.filter((point) => !wanted.slice(0, times).includes(point)),
  };
};

const atRandom = (random: Random): Kill =>
  random.next() < 0.5
    ? { kind: 'instante', afterMs: 200 + random.below(longestMs) }
    : { kind: 'cambio', changes: 1 + random.below(mostChanges) };
