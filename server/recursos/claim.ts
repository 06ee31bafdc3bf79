import type { Deps } from '#server/deps.ts';
import { type Holding, holderOf, OrigenError } from '#server/gateways/origen/origen.ts';
import { asError } from '#server/lib/errors.ts';
import { judgeAmong, type Organismo } from '#server/organismos/rules.ts';
import { type Claimed, claimAround } from './claim-around.ts';
import type { Dealt } from './deal.ts';
import { type Intent, intend, prepare, type Settlement, settle } from './intents.ts';
import { readAround } from './read-around.ts';
import type { Tally } from './tally.ts';

/** Recursos per round: what one local transaction takes without holding up pages. */
const roundSize = 200;

/**
 * Claims what was dealt, round by round in order: read whole → judge again → intend → claim → read back → queue. Once the
 * signal aborts nothing more is intended; what is intended already is finished.
 * @throws OrigenError when the source cannot be asked; intents it leaves open are reconcile.ts' business.
 */
export const claimDealt = async (
  deps: Deps,
  dealt: readonly Dealt<Organismo>[],
  active: readonly Organismo[],
  tally: Tally,
  signal: AbortSignal,
): Promise<void> => {
  for (let at = 0; at < dealt.length && !signal.aborted; at += roundSize) {
    const intents = await tally.timed('prepare', () => prepareRound(deps, dealt.slice(at, at + roundSize), active, tally));
    if (signal.aborted) return;
    const standing = await tally.timed('intend', () => intend(deps, intents));
    const attempts = await tally.timed('claim', () => claimBySite(deps, standing, active, tally));
    const settlements = await tally.timed('verify', () => verify(deps, standing, attempts));
    await tally.timed('enqueue', () => settle(deps, settlements));
    for (const { intent, outcome } of settlements) tally.settled(intent.siteId, outcome);
    noteClaims(tally, attempts, settlements);
  }
};

/** A claim that failed counts as carried out when reading back found it so: only its answer was lost. */
const noteClaims = (tally: Tally, attempts: ReadonlyMap<string, Attempt>, settlements: readonly Settlement[]): void => {
  const ours = new Set(settlements.filter(({ outcome }) => outcome === 'claimed').map(({ intent }) => intent.siteId));
  for (const [siteId, attempt] of attempts) tally.claimed(siteId, refusalOf(attempt, ours.has(siteId)));
};

const refusalOf = (attempt: Attempt, carriedOut: boolean): Error | null => {
  if ('failed' in attempt) return carriedOut ? null : asError(attempt.failed);
  const refusals = [...attempt.refused.values()];
  return refusals.find(({ held }) => !held) ?? refusals[0] ?? null;
};

/** Whole rows, as they are now: what changed since it was found is judged by what it has become. */
const prepareRound = async (
  deps: Deps,
  dealt: readonly Dealt<Organismo>[],
  active: readonly Organismo[],
  tally: Tally,
): Promise<Intent[]> => {
  const ids = dealt.map(({ id }) => id);
  const rows = await deps.origen.rows(ids);
  const attachments = await deps.origen.attachments(ids);
  tellVanished(
    tally,
    dealt.filter(({ id }) => !rows.has(id)),
  );
  return dealt.flatMap(({ id, to }) => {
    const row = rows.get(id);
    if (!row || !judgeAmong(active, to, row).ours) return [];
    return [prepare(to, { ...row, id }, attachments.get(id) ?? [])];
  });
};

/** What was found and cannot be read whole is deleted meanwhile, or cannot be found by its id: a person looks. */
const tellVanished = (tally: Tally, vanished: readonly Dealt<Organismo>[]): void => {
  for (const [siteId, own] of Map.groupBy(vanished, ({ to }) => to.siteId)) {
    const some = own.slice(0, 3).map(({ id }) => id);
    const sentence = `Recursos que se habían encontrado y no se pueden volver a leer por su idRecurso: ${own.length} (${some.join(', ')}${own.length > 3 ? '…' : ''}).`;
    tally.failed(siteId, new OrigenError('origen_sin_recurso', sentence));
  }
};

/** How the claim of one organismo's share went. */
type Attempt = Claimed | { readonly failed: unknown };

/** One conditional UPDATE per organismo, since each repeats its own rule; one that fails does not stop the others. */
const claimBySite = async (deps: Deps, intents: readonly Intent[], active: readonly Organismo[], tally: Tally) => {
  const attempts = new Map<string, Attempt>();
  for (const [siteId, own] of Map.groupBy(intents, (intent) => intent.siteId)) {
    const { rule } = active.find((organismo) => organismo.siteId === siteId) as Organismo;
    const ids = own.map(({ resourceId }) => resourceId);
    try {
      const claimed = await claimAround(deps.origen, ids, rule, deps.config.BOT_USER);
      attempts.set(siteId, claimed);
      for (const refusal of claimed.refused.values()) tally.failed(siteId, refusal);
    } catch (failed) {
      attempts.set(siteId, { failed });
      tally.failed(siteId, failed);
    }
  }
  return attempts;
};

/** Reads back who holds each one now; never a second claim, whatever the first one answered. */
const verify = async (deps: Deps, intents: readonly Intent[], attempts: ReadonlyMap<string, Attempt>): Promise<Settlement[]> => {
  if (intents.length === 0) return [];
  const { holdings, unread } = await readAround(
    deps.origen,
    intents.map(({ resourceId }) => resourceId),
  );
  return intents.flatMap((intent) => {
    if (unread.has(intent.resourceId)) return [];
    const holding = holdings.get(intent.resourceId);
    const settlement = judgeClaim(intent, attempts.get(intent.siteId) as Attempt, holding, deps.config.BOT_USER);
    return settlement ? [settlement] : [];
  });
};

/**
 * The row count decides the race and reading back confirms it: what a statement that was answered did not change is not
 * ours, whatever name it bears, for another Cerebro may go by the same one. After a failed or refused statement only reading
 * back can tell: and if the outcome was unknown and the recurso still looks free, the UPDATE may yet be carried out
 * (XVIA.md 1.7), so the intent stays open until the next reconciliation.
 */
const judgeClaim = (intent: Intent, attempt: Attempt, holding: Holding | undefined, user: string): Settlement | null => {
  const holder = holderOf(holding, user);
  const settlement = (outcome: Settlement['outcome']): Settlement => ({ intent, outcome, holder, holding });
  if ('changed' in attempt) {
    const { changed, refused, untold } = attempt;
    if (changed.has(intent.resourceId)) return settlement(holder === 'ours' ? 'claimed' : 'foreign');
    if (!refused.has(intent.resourceId) && !untold.has(intent.resourceId)) return settlement('lost');
  }
  if (holder === 'ours') return { ...settlement('claimed'), recovered: true };
  if (holder !== 'free') return settlement('lost');
  const unknown = 'failed' in attempt && (attempt.failed instanceof OrigenError ? attempt.failed.ambiguous : true);
  return unknown ? null : { ...settlement('lost'), untold: true };
};
