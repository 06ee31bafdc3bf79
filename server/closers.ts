import type { Log } from './lib/log.ts';

/** What is open. */
export type Closers = { add(close: () => unknown): void; close(): Promise<void> };

/** What was opened, closed in reverse; a door that does not close never keeps the others open. */
export const createClosers = (log: Log): Closers => {
  const stack: (() => unknown)[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    for (const close of stack.reverse()) {
      try {
        await close();
      } catch (error) {
        log.error({ err: error }, 'una puerta no se ha cerrado bien');
      }
    }
  };
  return {
    add: (close) => stack.push(close),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
};
