import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { createLookout, type Lookout } from '#server/lib/lookout.ts';
import { type Gate, gateOf } from './gate.ts';
import { type DryRun, dryRun, type OpenSuspension, openSuspensions } from './queries.ts';

/** What the page shows of one instant. */
export type Look = DryRun & { readonly gate: Gate; readonly suspensions: readonly OpenSuspension[]; readonly now: string };

type LookDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'a360' | 'hub'>;

const lookNow = (deps: LookDeps): Look => {
  const now = isoNow(deps.clock);
  return { ...dryRun(deps), gate: gateOf(deps), suspensions: openSuspensions(deps.db, now), now };
};

/** A dry run of thousands of machines is not made anew for every change and every reader. */
export const lookoutOf = (deps: LookDeps): Lookout<Look> =>
  createLookout(
    deps.clock,
    () => lookNow(deps),
    () => deps.hub.changed({ entity: 'lanzador' }),
  );
