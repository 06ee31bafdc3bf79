import { byId } from '#server/gateways/origen/origen.ts';

/** The lowest ids among those offered, by number, each once; holds twice as many as it keeps, however many come. */
export type Lowest = {
  offer(id: string): void;
  /** In order. */
  ids(): string[];
};

export const lowest = (keep: number): Lowest => {
  let held: string[] = [];
  const settle = () => {
    held = [...new Set(held)].sort(byId).slice(0, keep);
  };
  return {
    offer: (id) => {
      if (keep === 0) return;
      held.push(id);
      if (held.length >= keep * 2 + 64) settle();
    },
    ids: () => {
      settle();
      return held;
    },
  };
};

/** An id and whose it is. */
export type Dealt<T> = { readonly id: string; readonly to: T };

/** Deals the cycle's claims over everybody: the lowest ids first, by number, whoever they belong to. Pure. */
export const deal = <T>(hands: readonly { readonly to: T; readonly ids: readonly string[] }[], most: number): Dealt<T>[] =>
  hands
    .flatMap(({ to, ids }) => ids.map((id) => ({ id, to })))
    .sort((a, b) => byId(a.id, b.id))
    .slice(0, most);
