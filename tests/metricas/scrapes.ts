import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Deps } from '#server/deps.ts';
import type { MeasuredHouse } from '#server/metricas/house.ts';
import { createMeters } from '#server/metricas/meters.ts';
import { createScrape } from '#server/metricas/scrape.ts';
import { openQueueHouse, type QueueHouse, type QueueHouseOptions } from '#tests/support/queue-house.ts';
import { readExposition, sampleOf } from './exposition.ts';

export type Asker = (name: string, labels?: Readonly<Record<string, string>>) => number | undefined;

/** Asks for all metrics, some seconds later each time, and answers how to read them. */
export const scraping = (house: MeasuredHouse, pass: () => Promise<void>, meters = createMeters(house.deps.clock)) => {
  const { text } = createScrape(house, meters, { within: async () => [], last: () => [] });
  return async (): Promise<Asker> => {
    await pass();
    const families = readExposition(await text());
    return (name, labels) => sampleOf(families, name, labels);
  };
};

/** The queue and its robots, measured. */
export const measuredQueue = (t: TestContext, options?: QueueHouseOptions): { house: QueueHouse; scrape: () => Promise<Asker> } => {
  const house = openQueueHouse(t, options);
  const measured = { deps: house.deps, dispatcher: house.dispatcher, scheduler: { state: () => [] } };
  return { house, scrape: scraping(measured, () => house.clock.advance(5000)) };
};

/** A house that only has what it is measured by. */
export const measured = (deps: Deps): MeasuredHouse => ({
  deps,
  scheduler: { state: () => [] },
  dispatcher: { busy: () => ({ used: 0, total: deps.pool.size }) },
});

export const assertValues = (ask: Asker, wanted: readonly (readonly [string, Readonly<Record<string, string>>, number | undefined])[]) => {
  assert.deepEqual(
    wanted.map(([name, labels]) => [name, labels, ask(name, labels)]),
    wanted.map((one) => [...one]),
  );
};
