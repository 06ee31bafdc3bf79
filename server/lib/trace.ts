import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What a line of the log belongs to. Whoever works inside of it adds nothing by hand: its lines carry it. */
export type Trace = {
  /** One round of a cycle: its name and a short id (`lanzar-3f2a9c01`). */
  readonly ciclo?: string;
  /** One request of the panel, or of A360: its error page shows it. */
  readonly peticion?: string;
  readonly tramite?: number;
  readonly ejecucion?: string;
};

const storage = new AsyncLocalStorage<Trace>();

/** What is under way here; empty outside of everything. */
export const currentTrace = (): Trace => storage.getStore() ?? {};

/** Works with these besides what is under way already. */
export const withTrace = <T>(trace: Trace, work: () => T): T => storage.run({ ...currentTrace(), ...trace }, work);

/** Works with these only: for what outlives the round or the request that began it. */
export const withOwnTrace = <T>(trace: Trace, work: () => T): T => storage.run(trace, work);

export const shortId = (): string => randomUUID().slice(0, 8);
