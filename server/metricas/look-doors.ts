import { Gauge, type Registry } from 'prom-client';
import type { DoorWatch } from '#server/sistema/door-watch.ts';
import type { Look } from './house.ts';
import { doorLabel } from './rules.ts';

/** Knocking at every door for each scrape would be work for the others: this old is good enough for a graph. */
const oldestMs = 60_000;

/** How the doors were when somebody last knocked; nobody waits for them here. */
export const lookAtDoors = (watch: DoorWatch, registry: Registry): Look => {
  const up = new Gauge({
    ...{
      name: 'cerebro_door_up',
      help: '1 = that door answered the last time somebody knocked; those that are not configured are missing.',
    },
    ...{ labelNames: ['door'], registers: [registry] },
  });
  return () => {
    up.reset();
    for (const { name, state } of watch.last(oldestMs))
      if (state !== 'apagada') up.set({ door: doorLabel(name) }, state === 'bien' ? 1 : 0);
  };
};
