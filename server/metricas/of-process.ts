import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { version } from '#server/version.ts';

let known: Registry | null = null;

/** What Node tells of this process (CPU, memory, event loop, garbage): one for all, since it belongs to the process and ends with it. */
export const processRegistry = (): Registry => {
  if (known === null) {
    known = new Registry();
    collectDefaultMetrics({ register: known });
    // Gauges that are called like counters, which Prometheus' own check refuses; the same numbers stand there by type.
    for (const what of ['handles', 'requests', 'resources']) known.removeSingleMetric(`nodejs_active_${what}_total`);
  }
  return known;
};

/** Which Cerebro runs on which Node. */
export const tellBuild = (registry: Registry): void => {
  const build = new Gauge({
    ...{ name: 'cerebro_build_info', help: 'Always 1: version of Cerebro and of Node.' },
    ...{ labelNames: ['version', 'node'], registers: [registry] },
  });
  build.set({ version, node: process.versions.node }, 1);
};
