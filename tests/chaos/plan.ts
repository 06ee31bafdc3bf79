import { createRandom } from '#server/demo/source/random.ts';
import { type PointName, pointNames } from './points.ts';

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
const mostChanges = 120;

/** The named points first, in some order, and then random kills; the same seed gives the same plan. */
export const planKills = (times: number, seed: number, wanted: readonly PointName[] = pointNames): KillPlan => {
  const random = createRandom(seed);
  const named = wanted.slice(0, times).map((point): Kill => ({ kind: 'punto', point }));
  const rest = Array.from(
    { length: times - named.length },
    (): Kill =>
      random.next() < 0.5
        ? { kind: 'instante', afterMs: 200 + random.below(longestMs) }
        : { kind: 'cambio', changes: 1 + random.below(mostChanges) },
  );
  return { kills: [...random.shuffled(named), ...rest], leftOut: pointNames.filter((point) => !wanted.slice(0, times).includes(point)) };
};
