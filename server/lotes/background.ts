import type { Deps } from '#server/deps.ts';
import { asError } from '#server/lib/errors.ts';
import { carryOutLote } from './carry-out.ts';

/** Who carries out orders for many while the pages answer. */
export type Background = {
  /** Begins with that order; answers at once. */
  start(id: number): void;
  /** Each stops after the trámite it is at. */
  stop(): Promise<void>;
};

export const createBackground = (deps: Deps): Background => {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    start: (id) => {
      const work = carryOutLote(deps, id, stopping.signal)
        .catch((error) => deps.log.error({ err: asError(error), lote: id }, 'un lote se ha quedado a medias'))
        .finally(() => running.delete(work));
      running.add(work);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
};
