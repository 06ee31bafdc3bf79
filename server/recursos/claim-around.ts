import { holderOf, isAboutRows, type Origen, type OrigenError, type SourceRule } from '#server/gateways/origen/origen.ts';

/** What the claim of a share came to: the ids it changed, and those the source did not change, with its reason. */
export type Claimed = { readonly changed: ReadonlySet<string>; readonly refused: ReadonlyMap<string, OrigenError> };

/** Waits for rows somebody else holds, in one share: whoever holds the whole table is not waited for row by row. */
const mostWaits = 24;

/**
 * Claims in one statement and, when the source refuses it for the sake of some row, in halves around that row: one that a
 * trigger or a constraint protects, or that somebody holds, does not keep the others from being claimed. A refusal is not
 * believed: a trigger may complain about a change that stands, and what is in our name already is not claimed again. It is
 * in neither list of the answer, and whoever reads back finds it.
 * @throws OrigenError for anything but a failure that is about some rows.
 */
export const claimAround = (origen: Origen, ids: readonly string[], rule: SourceRule, user: string): Promise<Claimed> => {
  let waits = 0;
  const claim = async (some: readonly string[]): Promise<Claimed> => {
    if (some.length === 0) return { changed: new Set(), refused: new Map() };
    try {
      return { changed: await origen.claim(some, rule, user), refused: new Map() };
    } catch (error) {
      if (!isAboutRows(error)) throw error;
      if (error.held) waits += 1;
      const free = error.held ? some : await stillFree(origen, some, user);
      if (free.length < some.length) return claim(free);
      if (some.length < 2 || waits >= mostWaits) return { changed: new Set(), refused: new Map(some.map((id) => [id, error])) };
    }
    const middle = Math.ceil(some.length / 2);
    const first = await claim(some.slice(0, middle));
    const second = await claim(some.slice(middle));
    return { changed: first.changed.union(second.changed), refused: new Map([...first.refused, ...second.refused]) };
  };
  return claim(ids);
};

const stillFree = async (origen: Origen, ids: readonly string[], user: string): Promise<string[]> => {
  const holdings = await origen.read(ids);
  return ids.filter((id) => holderOf(holdings.get(id), user) === 'free');
};
