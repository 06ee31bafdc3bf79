import type { Log } from './log.ts';

/** Something readers of live pages may want to see again. A hint: SQLite is the truth. */
export type Change = {
  readonly entity:
    | 'tramite'
    | 'organismo'
    | 'cycle'
    | 'robot'
    | 'equipo'
    | 'programacion'
    | 'ejecucion'
    | 'lote'
    | 'lanzador'
    | 'ajuste'
    | 'aviso'
    | 'any';
  readonly id?: string | number;
};

/** Tells whoever listens that something changed. Who changed it never knows who listens. */
export type Hub = {
  changed(change: Change): void;
  /** Answers how to stop listening. */
  listen(listener: (change: Change) => void): () => void;
};

export const createHub = (log: Log): Hub => {
  const listeners = new Set<(change: Change) => void>();
  const tell = (listener: (change: Change) => void, change: Change) => {
    try {
      listener(change);
    } catch (error) {
      log.error({ err: error }, 'un oyente de cambios ha fallado');
    }
  };
  return {
    changed: (change) => {
      for (const listener of listeners) tell(listener, change);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
