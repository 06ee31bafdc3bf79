import { Gauge, Registry } from 'prom-client';
import { createPacer } from '#server/lib/pacer.ts';
import type { DoorWatch } from '#server/sistema/door-watch.ts';
import { followBalance } from './follow-balance.ts';
import { followClaims } from './follow-claims.ts';
import { followEvents } from './follow-events.ts';
import { followSteps } from './follow-steps.ts';
import type { Look, MeasuredHouse } from './house.ts';
import { lookAround } from './look-around.ts';
import { lookAtClock } from './look-clock.ts';
import { lookAtDoors } from './look-doors.ts';
import { lookAtQueue } from './look-queue.ts';
import { lookAtStorage } from './look-storage.ts';
import type { Meters } from './meters.ts';
import { processRegistry, tellBuild } from './of-process.ts';

/** Whoever asks again within so long gets the same answer. */
const freshMs = 3000;

/** All metrics in Prometheus' text format. */
export type Scrape = { readonly contentType: string; text(): Promise<string> };

/** Counters of what happened begin now. Those who ask at the same time share one answer; a part that fails leaves the others be. */
export const createScrape = (house: MeasuredHouse, { registry }: Meters, watch: DoorWatch): Scrape => {
  const { clock } = house.deps;
  const parts = partsOf(house, registry, watch);
  let last: { until: number; readonly text: Promise<string> } | null = null;
  const begin = () => {
    const scrape = { until: Number.POSITIVE_INFINITY, text: measure(house, registry, parts) };
    const end = (freshMs: number) => {
      scrape.until = clock.monotonic() + freshMs;
    };
    scrape.text.then(
      () => end(freshMs),
      () => end(0),
    );
    return scrape;
  };
  return {
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
    text: () => {
      if (last === null || clock.monotonic() >= last.until) last = begin();
      return last.text;
    },
  };
};

type Part = readonly [name: string, look: Look];

const partsOf = (house: MeasuredHouse, registry: Registry, watch: DoorWatch): readonly Part[] => {
  const { db } = house.deps;
  tellBuild(registry);
  // The event loop is measured from now on, not from the first scrape.
  processRegistry();
  return [
    ['events', followEvents(db, registry)],
    ['steps', followSteps(db, registry)],
    ['claims', followClaims(db, registry)],
    ['balance', followBalance(db, registry)],
    ['queue', lookAtQueue(house, registry)],
    ['clock', lookAtClock(house, registry)],
    ['around', lookAround(house, registry)],
    ['storage', lookAtStorage(house, registry)],
    ['doors', lookAtDoors(watch, registry)],
  ];
};

const measure = async ({ deps: { log } }: MeasuredHouse, registry: Registry, parts: readonly Part[]): Promise<string> => {
  const failed = failureGauge(registry);
  const pacer = createPacer();
  for (const [part, look] of parts) {
    try {
      await look();
      failed.set({ part }, 0);
    } catch (error) {
      failed.set({ part }, 1);
      log.warn({ room: 'metricas', part, err: error }, 'no se ha podido medir una parte de la casa');
    }
    if (pacer.due()) await pacer.rest();
  }
  const text = (await registry.metrics()) + (await processRegistry().metrics());
  // What prom-client writes while the event loop has not been measured yet is no number of the format.
  return text.replaceAll(/ Nan$/gm, ' NaN');
};

const failureGauge = (registry: Registry): Gauge => {
  const name = 'cerebro_metrics_part_failed';
  const known = registry.getSingleMetric(name) as Gauge | undefined;
  return (
    known ?? new Gauge({ name, help: '1 = that part of the metrics could not be measured.', labelNames: ['part'], registers: [registry] })
  );
};
