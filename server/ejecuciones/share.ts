import type { Slots } from '#server/robots/rules.ts';

/** An organismo whose trámites robots of this machine file, and how many of their slots work for it now. */
export type Sharer = Slots & { readonly siteId: string; readonly atWork: number };

/** Whether that organismo has a minimum or a maximum: while none has, it does not matter how many slots each has. */
export const isLimited = ({ min, max }: Slots): boolean => min > 0 || max >= 0;

/**
 * From which organismos a free slot takes, in order: those below their minimum first, then the rest, each time the lower prioridad
 * first; those of one prioridad together, where the trámite that comes first decides. None that has its maximum, which is stronger than
 * a minimum above it. Pure; the order given is all the same.
 */
export const shareSlots = (sites: readonly Sharer[]): readonly (readonly string[])[] => {
  const open = sites.filter(({ max, atWork }) => max < 0 || atWork < max);
  const first = open.filter(({ min, atWork }) => atWork < min);
  const rest = open.filter((site) => !first.includes(site));
  return [...byPrioridad(first), ...byPrioridad(rest)];
};

const byPrioridad = (sites: readonly Sharer[]): string[][] =>
  [...Map.groupBy(sites, ({ prioridad }) => prioridad)].sort(([a], [b]) => a - b).map(([, some]) => some.map(({ siteId }) => siteId));
