import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '#server/lib/clock.ts';
import type { Measure, Measured } from '#server/lib/measure.ts';
import { atMost, callbackLabel, callLabel, callOutcome, codeLabel } from './rules.ts';

/** Everything that is measured of one house. `measure` counts what leaves no row behind. */
export type Meters = { readonly registry: Registry; readonly measure: Measure };

type Told = { readonly [kind in Measured['kind']]: (measured: Extract<Measured, { kind: kind }>) => void };

/** A house has one, made before its doors are opened. */
export const createMeters = (clock: Clock): Meters => {
  const registry = new Registry();
  const told: Told = { cycle: cycleMeter(registry, clock), a360_call: callMeter(registry), callback: callbackMeter(registry) };
  // Each kind finds its own: TypeScript cannot see it through the union.
  return { registry, measure: (measured) => (told[measured.kind] as (measured: Measured) => void)(measured) };
};

const cycleMeter = (registry: Registry, clock: Clock): Told['cycle'] => {
  const registers = [registry];
  const duration = new Histogram({
    ...{ name: 'cerebro_cycle_duration_seconds', help: 'Duration of the rounds of each cycle of the clock, failed ones too.' },
    ...{ labelNames: ['cycle'], buckets: [0.01, 0.1, 0.5, 1, 5, 15, 60, 300], registers },
  });
  const failures = new Counter({
    ...{ name: 'cerebro_cycle_failures_total', help: 'Rounds of each cycle that failed, by error code.' },
    ...{ labelNames: ['cycle', 'code'], registers },
  });
  const success = new Gauge({
    ...{ name: 'cerebro_cycle_last_success_timestamp_seconds', help: 'When each cycle last ended well, in Unix seconds, since the start.' },
    ...{ labelNames: ['cycle'], registers },
  });
  const cap = atMost(200);
  return ({ name, ms, code }) => {
    const [cycle = '', failure = ''] = cap(name, codeLabel(code));
    duration.observe({ cycle: name }, ms / 1000);
    if (code === null) success.set({ cycle }, clock.now().getTime() / 1000);
    else failures.inc({ cycle, code: failure });
  };
};

const callMeter = (registry: Registry): Told['a360_call'] => {
  const registers = [registry];
  const calls = new Counter({
    ...{ name: 'cerebro_a360_calls_total', help: 'Requests sent to A360, repeated ones too, by call and outcome.' },
    ...{ labelNames: ['call', 'outcome'], registers },
  });
  const duration = new Histogram({
    ...{ name: 'cerebro_a360_call_duration_seconds', help: 'Duration of requests to A360, by call.' },
    ...{ labelNames: ['call'], buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30], registers },
  });
  return ({ path, status, ms }) => {
    const call = callLabel(path);
    calls.inc({ call, outcome: callOutcome(status) });
    duration.observe({ call }, ms / 1000);
  };
};

const callbackMeter = (registry: Registry): Told['callback'] => {
  const callbacks = new Counter({
    ...{ name: 'cerebro_callbacks_total', help: 'Callbacks of A360 received, by what became of them.' },
    ...{ labelNames: ['result'], registers: [registry] },
  });
  return ({ result }) => callbacks.inc({ result: callbackLabel(result) });
};
