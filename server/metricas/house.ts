import type { Deps } from '#server/deps.ts';

/** What of a cycle of the clock is measured. */
type SeenCycle = {
  readonly name: string;
  readonly running: boolean;
  readonly lastStartedAt: string | null;
  readonly lastError: object | null;
  readonly nextAt: string | null;
};

/** The house as it is measured. */
export type MeasuredHouse = {
  readonly deps: Deps;
  readonly scheduler: { state(): readonly SeenCycle[] };
  readonly dispatcher: { busy(): { readonly used: number; readonly total: number } };
};

/** Writes how one part of the house stands now into its gauges; what it does on the main thread is cheap. */
export type Look = () => void | Promise<void>;
