import type { JournalHint } from '#workers/messages.ts';
import type { RobotPool } from './pool.ts';

/** A pool whose threads come later: until then it has none, and says why. */
export type LatePool = {
  readonly pool: RobotPool;
  /** Here they are. A pool that is closed already closes them too. */
  fill(pool: RobotPool): void;
  /** None will come. */
  giveUp(reason: Error): void;
};

export const createLatePool = (preparing: string): LatePool => {
  const listeners = new Map<(hint: JournalHint) => void, () => void>();
  const state: { inner: RobotPool | null; missing: NonNullable<RobotPool['missing']> | null; closed: boolean } = {
    ...{ inner: null, closed: false },
    missing: { reason: preparing, preparing: true },
  };
  const pool: RobotPool = {
    get size() {
      return state.inner?.size ?? 0;
    },
    get missing() {
      return state.missing;
    },
    run: (task, options) => state.inner?.run(task, options) ?? Promise.reject(new Error(state.missing?.reason)),
    askToStop: () => state.inner?.askToStop(),
    onHint: (listener) => {
      listeners.set(listener, state.inner?.onHint(listener) ?? (() => undefined));
      return () => {
        listeners.get(listener)?.();
        listeners.delete(listener);
      };
    },
    close: async (graceMs) => {
      state.closed = true;
      await state.inner?.close(graceMs);
    },
  };
  return {
    pool,
    fill: (inner) => {
      if (state.closed) return void inner.close(0);
      state.inner = inner;
      state.missing = null;
      for (const listener of listeners.keys()) listeners.set(listener, inner.onHint(listener));
    },
    giveUp: ({ message }) => {
      state.missing = { reason: message, preparing: false };
    },
  };
};
