import { readdirSync, statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How the process is at the end of one simulated hour. */
export type Sample = {
  readonly hour: number;
  readonly filed: number;
  /** Megabytes after a collection. */
  readonly heapMb: number;
  readonly rssMb: number;
  readonly handles: number;
  /** File descriptors; null where the system does not tell (outside Linux). */
  readonly descriptors: number | null;
  /** 99 % of the waits of the event loop were shorter than this, in milliseconds. */
  readonly loopMs: number;
  readonly databaseMb: number;
};

export type Meter = { read(hour: number, filed: number): Sample; stop(): void };

const collector = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
};

const megabytes = (bytes: number): number => Math.round((bytes / 1024 ** 2) * 10) / 10;

export const createMeter = (databaseFile: string): Meter => {
  const collect = collector();
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  return {
    read: (hour, filed) => {
      const loopMs = Math.round(loop.percentile(99) / 1e5) / 10;
      collect();
      collect();
      const { heapUsed, rss } = process.memoryUsage();
      const sample = {
        ...{ hour, filed, heapMb: megabytes(heapUsed), rssMb: megabytes(rss) },
        ...{ handles: process.getActiveResourcesInfo().length, descriptors: openDescriptors(), loopMs },
        databaseMb: megabytes(sizeOf(databaseFile) + sizeOf(`${databaseFile}-wal`)),
      };
      loop.reset();
      return sample;
    },
    stop: () => loop.disable(),
  };
};

const openDescriptors = (): number | null => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : null);

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
