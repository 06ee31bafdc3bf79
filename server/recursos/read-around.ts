import { type Holding, type Origen, OrigenError } from '#server/gateways/origen/origen.ts';

/** Who holds each; `unread` are those that somebody has in hand just now, of which nothing is known. */
export type ReadAround = { readonly holdings: ReadonlyMap<string, Holding>; readonly unread: ReadonlySet<string> };

/** Waits for rows somebody else has in hand, in one reading. */
const mostWaits = 24;

/**
 * Reads back in one question and, when somebody has one of those rows in hand, in halves around it: it keeps nobody else
 * waiting. @throws OrigenError for any other failure.
 */
export const readAround = (origen: Origen, ids: readonly string[]): Promise<ReadAround> => {
  let waits = 0;
  const read = async (some: readonly string[]): Promise<ReadAround> => {
    try {
      return { holdings: await origen.read(some), unread: new Set() };
    } catch (error) {
      if (!(error instanceof OrigenError) || !error.held) throw error;
      waits += 1;
      if (some.length < 2 || waits >= mostWaits) return { holdings: new Map(), unread: new Set(some) };
    }
    const middle = Math.ceil(some.length / 2);
    const first = await read(some.slice(0, middle));
    const second = await read(some.slice(middle));
    return { holdings: new Map([...first.holdings, ...second.holdings]), unread: first.unread.union(second.unread) };
  };
  return read(ids);
};
