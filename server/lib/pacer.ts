import { setImmediate } from 'node:timers/promises';

/** Lets a long loop on the main thread give way to pages and robots. */
export type Pacer = {
  /** True when this turn has taken its share; then `await rest()`. */
  due(): boolean;
  rest(): Promise<void>;
};

export const createPacer = (shareMs = 8): Pacer => {
  let since = performance.now();
  return {
    due: () => performance.now() - since > shareMs,
    rest: async () => {
      await setImmediate();
      since = performance.now();
    },
  };
};
