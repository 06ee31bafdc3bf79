import type { Deps } from '#server/deps.ts';
import { asError, WrongStateError } from '#server/lib/errors.ts';

/** Who carries out what takes longer than a page may. */
export type Background = {
  /** Answers at once. @throws WrongStateError while one of that name is under way. */
  start(name: string, work: (signal: AbortSignal) => Promise<unknown>): void;
  /** Whether one of that name is under way. */
  busy(name: string): boolean;
  stop(): Promise<void>;
};

export const createBackground = ({ log, hub }: Pick<Deps, 'log' | 'hub'>): Background => {
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  return {
    busy: (name) => running.has(name),
    start: (name, work) => {
      if (running.has(name)) throw new WrongStateError('en_marcha', `Ya está en marcha: ${name}. Espere a que termine.`);
      const done = work(stopping.signal)
        .then(
          () => undefined,
          (error) => {
            if (stopping.signal.aborted) log.info({ que: name }, 'un trabajo de los datos se deja: Cerebro se para');
            else log.error({ err: asError(error), que: name }, 'un trabajo de los datos ha fallado');
          },
        )
        .finally(() => {
          running.delete(name);
          hub.changed({ entity: 'any' });
        });
      running.set(name, done);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running.values());
    },
  };
};
