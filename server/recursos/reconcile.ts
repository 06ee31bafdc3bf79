import type { Deps } from '#server/deps.ts';
import { type Holding, holderOf } from '#server/gateways/origen/origen.ts';
import { type Settlement, settle } from './intents.ts';
import { findMismatches } from './mismatches.ts';
import { type OpenIntent, openIntents } from './open-intents.ts';
import { readAround } from './read-around.ts';
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
 * the source who holds the recurso (what is free and may yet be claimed by an abandoned UPDATE stays open), and what does
 * not agree is listed for a person. Never claims anything;
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
  let last: OpenIntent | undefined;
  for (;;) {
    const intents = await openIntents(deps, last);
    if (intents.length === 0) return count;
    last = intents.at(-1);
    const { holdings, unread } = await readAround(
      deps.origen,
      intents.map(({ resourceId }) => resourceId),
    );
    const settlements = intents
      .filter(({ resourceId }) => !unread.has(resourceId))
      .map((intent) => judgeIntent(intent, holdings.get(intent.resourceId), deps.config.BOT_USER))
      .filter((settlement) => settlement.holder !== 'free' || !mayStillHappen(deps, settlement.intent));
    await settle(deps, settlements);
    const recovered = settlements.filter(({ outcome }) => outcome === 'claimed').length;
    count.recovered += recovered;
    count.lost += settlements.length - recovered;
  }
};

/** An UPDATE that was given up may still be carried out (XVIA.md 1.7): until then what looks free is not. */
const mayStillHappen = ({ clock, origen }: Deps, { intendedAt }: OpenIntent): boolean =>
  Math.max(0, clock.now().getTime() - Date.parse(intendedAt)) < origen.lateChangesMs;

type Judged = Settlement & { readonly intent: OpenIntent };

/** Ours → into the queue; free, somebody else's or gone → the claim did not come about. */
const judgeIntent = (intent: OpenIntent, holding: Holding | undefined, user: string): Judged => {
  const holder = holderOf(holding, user);
  return { intent, outcome: holder === 'ours' ? 'claimed' : 'lost', holder, holding, recovered: true, untold: holder === 'free' };
};
