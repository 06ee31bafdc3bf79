import type { Deps } from '#server/deps.ts';
import type { Candidate } from '#server/gateways/origen/origen.ts';
import { isoNow } from '#server/lib/clock.ts';
import { createPacer } from '#server/lib/pacer.ts';
import { judgeAmong, type Organismo } from '#server/organismos/rules.ts';
import { type Lowest, lowest } from './deal.ts';
import { type Discard, keepDiscards } from './discards.ts';
import { inQueue, knownIds } from './known.ts';
import type { Tally } from './tally.ts';

/** What the searches of one cycle share; `most` is all that the cycle may claim. */
export type Search = { readonly active: readonly Organismo[]; readonly most: number; readonly tally: Tally; readonly signal: AbortSignal };

/**
 * Looks through the source for one organismo and answers the ids it may claim in this cycle: the lowest by number, no more
 * than its own limits and the cycle's leave room for. Holds one page of rows at a time.
 * @throws OrigenError
 */
export const discoverFor = async (deps: Deps, organismo: Organismo, { active, most, tally, signal }: Search): Promise<string[]> => {
  const wanted = lowest(roomOf(deps, organismo, most));
  for await (const page of deps.origen.discover(organismo.rule, { signal })) {
    tally.seen(organismo.siteId, page.length);
    const discards = await judgePage(unknownOf(deps, page), { organismo, active, tally, wanted });
    await keepDiscards(deps.db, isoNow(deps.clock), organismo, discards);
  }
  return wanted.ids();
};

/** NULL means no limit of its own; rows already waiting for its robot count against `max_en_cola`. */
const roomOf = (deps: Deps, { siteId, limitePorCiclo, maxEnCola }: Organismo, most: number): number => {
  const room = maxEnCola === null ? most : Math.max(0, maxEnCola - inQueue(deps.db, siteId));
  return Math.min(most, limitePorCiclo ?? most, room);
};

const unknownOf = ({ db }: Deps, page: readonly Candidate[]): Candidate[] => {
  const known = knownIds(
    db,
    page.flatMap(({ id }) => id ?? []),
  );
  return page.filter(({ id }) => id === null || !known.has(id));
};

type Judging = { readonly organismo: Organismo; readonly active: readonly Organismo[]; readonly tally: Tally; readonly wanted: Lowest };

/** Anybody's regular expression is applied here, to a whole page: it gives way to everything else as it goes. */
const judgePage = async (page: readonly Candidate[], { organismo, active, tally, wanted }: Judging): Promise<Discard[]> => {
  const discards: Discard[] = [];
  const pacer = createPacer();
  for (const row of page) {
    const verdict = judgeAmong(active, organismo, row);
    if (verdict.ours) {
      tally.matched(organismo.siteId);
      wanted.offer(row.id as string);
    } else {
      tally.discarded(organismo.siteId, verdict.reason);
      discards.push({ row, reason: verdict.reason });
    }
    if (pacer.due()) await pacer.rest();
  }
  return discards;
};
