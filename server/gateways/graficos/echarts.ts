import { resolve } from 'node:path';
import { Piscina } from 'piscina';
import type { BarChart, Draw } from './draw.ts';

/** Long enough to serve who walks through the panel; then the memory of ECharts is given back. */
const idleMs = 60_000;

/** One thread, begun with the first chart and ended when nobody asks for more. */
export const createDraw = (): Draw => {
  let piscina: Piscina<BarChart, string> | null = null;
  const open = (): Piscina<BarChart, string> => {
    piscina ??= new Piscina({
      filename: resolve(import.meta.dirname, 'thread.ts'),
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: idleMs,
      atomics: 'disabled',
    });
    return piscina;
  };
  return {
    bars: (chart) => open().run(chart),
    close: async () => {
      await piscina?.destroy();
    },
  };
};
