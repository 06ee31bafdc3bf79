import type { Deps } from '#server/deps.ts';
import { type Holding, holderOf } from '#server/gateways/origen/origen.ts';
import { type Intent, type Settlement, settle } from './intents.ts';
import { findMismatches } from './mismatches.ts';
import { openIntents } from './open-intents.ts';
import { resumeReleases } from './release.ts';

export type Reconciled = {
  /** Open intents that turned out to be ours, now in the queue. */
  readonly recovered: number;
  /** Open intents whose claim did not come about. */
  readonly lost: number;
  /** Orders to give back that were carried out. */
  readonly released: number;
  /** Rows listed in `mismatches`. */
  readonly mismatches: number;
};

/**
 * Makes both databases agree again after whatever happened: orders to give back are carried out, every open intent asks
 * the source who holds the recurso, and what does not agree is listed for a person. Never claims anything;
 * over a source that must not be written to the orders wait.
 * @throws OrigenError when the source cannot be asked.
 */
export const reconcile = async (deps: Deps): Promise<Reconciled> => {
  const released = deps.config.ORIGEN_SOLO_LECTURA ? 0 : await resumeReleases(deps);
  const { recovered, lost } = await settleOpenIntents(deps);
  const mismatches = await findMismatches(deps);
  return { recovered, lost, released, mismatches };
};

const settleOpenIntents = async (deps: Deps): Promise<{ recovered: number; lost: number }> => {
  const count = { recovered: 0, lost: 0 };
  for (;;) {
    const intents = await openIntents(deps);
    if (intents.length === 0) return count;
    const holdings = await deps.origen.read(intents.map(({ resourceId }) => resourceId));
    const settlements = intents.map((intent) => judgeIntent(intent, holdings.get(intent.resourceId), deps.config.BOT_USER));
    await settle(deps, settlements);
    const recovered = settlements.filter(({ outcome }) => outcome === 'claimed').length;
    count.recovered += recovered;
    count.lost += settlements.length - recovered;
  }
};

/** Ours → into the queue; free, somebody else's or gone → the claim did not come about. */
const judgeIntent = (intent: Intent, holding: Holding | undefined, user: string): Settlement => {
  const holder = holderOf(holding, user);
  return { intent, outcome: holder === 'ours' ? 'claimed' : 'lost', holder, holding, recovered: true, untold: holder === 'free' };
};
