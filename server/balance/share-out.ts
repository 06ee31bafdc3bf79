import { type Holder, missing } from './holdings.ts';
import type { BalanceSettings } from './model.ts';
import { giveFrom, type Shelves } from './shelves.ts';

/** By priority, then who lacks most, then by id. `holders` by priority and id. */
export const inTurn = (holders: readonly Holder[]): Holder[] =>
  holders
    .map((holder) => ({ holder, lacks: Math.max(0, holder.goal - holder.useful) }))
    .sort((a, b) => a.holder.priority - b.holder.priority || b.lacks - a.lacks)
    .map(({ holder }) => holder);

/** Two passes, so that nobody starves below its Min: its Min for each inside its own pool, then the rest, both by priority. */
export const shareOut = (holders: readonly Holder[], shelves: Shelves, settings: BalanceSettings): void => {
  const queue = inTurn(holders.filter(({ useful, goal }) => useful < goal));
  for (const holder of queue) giveFrom(shelves, holder.robot.poolId, holder, missing(holder, holder.size.basic));
  for (const holder of queue) giveWhatIsFree(holder, shelves, settings, holder.goal);
};

/** Up to so many: of its own pool first, then of General where pools are not isolated. */
export const giveWhatIsFree = (holder: Holder, shelves: Shelves, { aislamiento }: BalanceSettings, most: number): void => {
  giveFrom(shelves, holder.robot.poolId, holder, missing(holder, most));
  if (!aislamiento) giveFrom(shelves, null, holder, missing(holder, most));
};
