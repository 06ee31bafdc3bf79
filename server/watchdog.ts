import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

export type WatchdogOptions = {
  /** Beats that may be missing, counted in ticks of the thread; 0 = nobody watches. */
  readonly limit: number;
  /** Where the thread leaves why it ended the process, for the next start. */
  readonly note: string;
  /** The log it adds its one line to. */
  readonly logFile: string;
  readonly tickMs?: number;
};

/**
 * A thread that ends the process when its event loop has stood still for so long: blocked, it neither works nor answers nor hears a
 * signal, and no supervisor notices. Call once the start is over: reading a whole database, or migrating it, may take its time.
 */
export const watchLoop = ({ limit, note, logFile, tickMs = 1_000 }: WatchdogOptions): void => {
  if (limit === 0) return;
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  setInterval(() => Atomics.add(beats, 0, 1), tickMs / 2).unref();
  const workerData: WatchdogTask = { beats, limit, note, logFile, tickMs };
  const thread = new Worker(join(import.meta.dirname, 'watchdog-thread.ts'), { workerData, execArgv: [], stdin: false });
  thread.on('error', () => undefined);
  thread.unref();
};

/** What the thread works with. */
export type WatchdogTask = Required<WatchdogOptions> & { readonly beats: Int32Array };
