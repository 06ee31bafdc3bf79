import { resolve } from 'node:path';
import { Piscina } from 'piscina';
import type { Draw, Picture } from './draw.ts';

/** Long enough to serve who walks through the panel; then the memory of ECharts is given back. */
const idleMs = 60_000;

/** One thread, begun with the first chart and ended when nobody asks for more. */
export const createDraw = (): Draw => {
  let piscina: Piscina<Picture, string> | null = null;
  const open = (): Piscina<Picture, string> => {
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
    bars: (chart) => open().run({ kind: 'bars', chart }),
    rows: (chart) => open().run({ kind: 'rows', chart }),
    heat: (chart) => open().run({ kind: 'heat', chart }),
    close: async () => {
      await piscina?.destroy();
    },
  };
};
