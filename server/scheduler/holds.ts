import type { Log } from '#server/lib/log.ts';
import type { Entry } from './plan-rounds.ts';

/** Why a cycle may not begin now, as a sentence; null = it may. `ordered` = a person asks. */
export type Hold = (cycle: string, ordered: boolean) => string | null;

/** Whether a cycle may begin of its own accord: one that cannot be told does not begin. */
export const createMayBegin = (holdOf: Hold, log: Log): ((entry: Entry) => boolean) => {
  const isHeld = (name: string): boolean => {
    try {
      return holdOf(name, false) !== null;
    } catch (error) {
      log.error({ cycle: name, err: error }, 'no se ha podido leer si un ciclo está en pausa');
      return true;
    }
  };
  return ({ cycle, first }) => {
    if (!isHeld(cycle.name)) return true;
    // Nobody waits for the first round of one that is held.
    first.resolve();
    return false;
  };
};
