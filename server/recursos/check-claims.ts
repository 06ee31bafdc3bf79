import type { Deps } from '#server/deps.ts';
import { WrongStateError } from '#server/lib/errors.ts';
import { findMismatches } from './mismatches.ts';

/** Looks at both sides of every claim when a person asks; two looks at once would spoil each other's list. */
export type ClaimCheck = {
  /** Answers how many do not agree. @throws WrongStateError while one is under way, OrigenError */
  run(): Promise<number>;
  readonly running: boolean;
  /** When the last one that a person asked for ended, since the start. */
  readonly endedAt: Date | null;
};

export const createClaimCheck = (deps: Deps): ClaimCheck => {
  let running = false;
  let endedAt: Date | null = null;
  return {
    run: async () => {
      if (running) throw new WrongStateError('comprobacion_en_marcha', 'Ya se está comprobando: espere a que termine.');
      running = true;
      try {
        const found = await findMismatches(deps);
        endedAt = deps.clock.now();
        return found;
      } catch (error) {
        // Whoever asked may have stopped waiting.
        deps.log.warn({ err: error }, 'no se ha podido comprobar quién tiene los recursos');
        throw error;
      } finally {
        running = false;
        deps.hub.changed({ entity: 'cycle' });
      }
    },
    get running() {
      return running;
    },
    get endedAt() {
      return endedAt;
    },
  };
};
