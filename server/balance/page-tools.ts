import { lastLoad } from '#server/carga/last-load.ts';
import { plan } from './plan.ts';
import { readBalanceSnapshot } from './snapshot.ts';

/** What the pages ask: the same planner and the same look as the cycle, and the last tickets that are known. */
export type PageTools = {
  readonly plan: typeof plan;
  readonly readBalanceSnapshot: typeof readBalanceSnapshot;
  readonly lastLoad: typeof lastLoad;
};

export const pageTools: PageTools = { plan, readBalanceSnapshot, lastLoad };
