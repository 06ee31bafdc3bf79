import { type Origen, OrigenError, type SourceRule } from '#server/gateways/origen/origen.ts';

/** What the claim of a share came to: the ids it changed, and those the source refused to change, with its reason. */
export type Claimed = { readonly changed: ReadonlySet<string>; readonly refused: ReadonlyMap<string, OrigenError> };

const isRefusal = (error: unknown): error is OrigenError =>
  error instanceof OrigenError && error.code === 'origen_rechaza' && !error.ambiguous;

/**
 * Claims in one statement and, when the source refuses it for the sake of some row, in halves around that row: one that a
 * trigger or a constraint protects does not keep the others from being claimed.
 * @throws OrigenError for anything but a refusal.
 */
export const claimAround = async (origen: Origen, ids: readonly string[], rule: SourceRule, user: string): Promise<Claimed> => {
  try {
    return { changed: await origen.claim(ids, rule, user), refused: new Map() };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (ids.length < 2) return { changed: new Set(), refused: new Map(ids.map((id) => [id, error])) };
  }
  const middle = Math.ceil(ids.length / 2);
  const first = await claimAround(origen, ids.slice(0, middle), rule, user);
  const second = await claimAround(origen, ids.slice(middle), rule, user);
  return { changed: first.changed.union(second.changed), refused: new Map([...first.refused, ...second.refused]) };
};
