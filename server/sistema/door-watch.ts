import type { Deps } from '#server/deps.ts';
import { checkDoors, type Door, toldDoors } from './doors.ts';
import { ticketDoors } from './ticket-doors.ts';

/** The doors of one house, for all who ask: people with a page open, probes, and whoever measures. */
export type DoorWatch = {
  /** How they are, as they were found at most `ms` ago; 0 = they are knocked at now. */
  within(ms: number): Promise<readonly Door[]>;
  /** How they were when somebody last knocked, at once; where that is older than `ms`, somebody knocks meanwhile. */
  last(ms: number): readonly Door[];
};

/** Told by the database: while it cannot be read its own door says so, and that is what has to be heard. */
const extraDoors = (deps: Deps): readonly Door[] => {
  try {
    return [...ticketDoors(deps), ...toldDoors(deps)];
  } catch {
    return [];
  }
};

/** Those who ask at the same time wait for the same look, which takes as long as the patience with a door, at most. */
export const createDoorWatch = (deps: Deps): DoorWatch => {
  const { clock } = deps;
  let known: { readonly at: number; readonly doors: readonly Door[] } | null = null;
  let looking: Promise<readonly Door[]> | null = null;

  const look = async (): Promise<readonly Door[]> => {
    try {
      const extra = extraDoors(deps).map((door) => ({ ...door, isExtra: true as const }));
      const doors = [...(await checkDoors(deps)), ...extra];
      known = { at: clock.monotonic(), doors };
      return doors;
    } finally {
      looking = null;
    }
  };
  const isOlder = (ms: number): boolean => known === null || clock.monotonic() - known.at >= ms;
  const begin = (): Promise<readonly Door[]> => {
    looking ??= look();
    return looking;
  };

  return {
    within: async (ms) => (known === null || isOlder(ms) ? begin() : known.doors),
    last: (ms) => {
      if (isOlder(ms)) begin().catch((error: unknown) => deps.log.warn({ err: error }, 'no se ha podido llamar a las puertas'));
      return known?.doors ?? [];
    },
  };
};
