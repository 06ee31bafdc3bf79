import type { GuardAnswer, JournalHint, TramiteOutcome, TramiteTask } from '#workers/messages.ts';

/** A task as the main thread writes it; the pool adds the browser and the port. */
export type PoolTask = Omit<TramiteTask, 'port' | 'browser' | 'databaseFile'>;

/** The door to the worker threads: a fixed number of them, one task each. */
export type RobotPool = {
  /** Threads. */
  readonly size: number;
  /** Why there are none; `preparing` = they are on their way. null or absent = there are. */
  readonly missing?: { readonly reason: string; readonly preparing: boolean } | null;
  /**
   * Runs one attempt. Only call with a free thread (the pool never queues).
   * `stillOurs` answers the submission guard. `signal` ends the thread itself, and its browser with it.
   * Never rejects for what the portal or the browser did: that is an outcome. Rejects with CerebroError
   * `hilo_terminado` when the thread died or was ended (what was reached stands in `ejecuciones.fase`).
   */
  run(task: PoolTask, options: { stillOurs: () => Promise<GuardAnswer['answer']>; signal?: AbortSignal }): Promise<TramiteOutcome>;
  /** Asks every running attempt to stop before its submission; those past it go on. */
  askToStop(): void;
  /** Calls back after each commit of a thread's journal. Answers how to stop listening. */
  onHint(listener: (hint: JournalHint) => void): () => void;
  /** Ends every thread, politely within the grace and then firmly. */
  close(graceMs: number): Promise<void>;
};
