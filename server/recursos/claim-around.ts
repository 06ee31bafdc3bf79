import { holderOf, isAboutRows, type Origen, type OrigenError, type SourceRule } from '#server/gateways/origen/origen.ts';

/**
 * What the claim of a share came to: the ids it changed, those the source did not change, with its reason, and those of a
 * refused statement that were no longer free afterwards: only reading back can tell whose they are.
 */
export type Claimed = {
  readonly changed: ReadonlySet<string>;
  readonly refused: ReadonlyMap<string, OrigenError>;
  readonly untold: ReadonlySet<string>;
};

/** Waits for rows somebody else holds, in one share: whoever holds the whole table is not waited for row by row. */
const mostWaits = 24;

/**
 * Claims in one statement and, when the source refuses it for the sake of some row, in halves around that row: one that a
 * trigger or a constraint protects, or that somebody holds, does not keep the others from being claimed. A refusal is not
 * believed: a trigger may complain about a change that stands, and what is no longer free is not claimed again, but `untold`.
 * @throws OrigenError for anything but a failure that is about some rows.
 */
export const claimAround = async (origen: Origen, ids: readonly string[], rule: SourceRule, user: string): Promise<Claimed> => {
  let waits = 0;
  const claim = async (some: readonly string[]): Promise<Claimed> => {
    try {
      return { ...nothing, changed: await origen.claim(some, rule, user) };
    } catch (error) {
      if (!isAboutRows(error)) throw error;
      if (error.held) waits += 1;
      return claimRest(some, error);
    }
  };
  const claimRest = async (some: readonly string[], error: OrigenError): Promise<Claimed> => {
    const free = error.held ? some : await stillFree(origen, some, user);
    if (free.length < some.length) {
      const untold = { ...nothing, untold: new Set(some).difference(new Set(free)) };
      return free.length === 0 ? untold : together(untold, await claim(free));
    }
    if (some.length < 2 || waits >= mostWaits) return { ...nothing, refused: new Map(some.map((id) => [id, error])) };
    const middle = Math.ceil(some.length / 2);
    return together(await claim(some.slice(0, middle)), await claim(some.slice(middle)));
  };
  return claim(ids);
};

const nothing: Claimed = { changed: new Set(), refused: new Map(), untold: new Set() };

const together = (one: Claimed, other: Claimed): Claimed => ({
  changed: one.changed.union(other.changed),
  refused: new Map([...one.refused, ...other.refused]),
  untold: one.untold.union(other.untold),
});

const stillFree = async (origen: Origen, ids: readonly string[], user: string): Promise<string[]> => {
  const holdings = await origen.read(ids);
  return ids.filter((id) => holderOf(holdings.get(id), user) === 'free');
};
