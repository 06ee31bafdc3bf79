import { Gauge, type Registry } from 'prom-client';
import type { Look, MeasuredHouse } from './house.ts';
import { oldestPending, queueDepth } from './queries.ts';
import { atMost, others, secondsBetween } from './rules.ts';

/** How much waits, and for how long. */
export const lookAtQueue = ({ deps: { db, clock } }: MeasuredHouse, registry: Registry): Look => {
  const registers = [registry];
  const depth = new Gauge({
    ...{ name: 'cerebro_queue_tramites', help: 'Trámites by organismo and status; organismos that are not configured stand together.' },
    ...{ labelNames: ['organismo', 'status'], registers },
  });
  const oldest = new Gauge({
    ...{
      name: 'cerebro_queue_oldest_pending_seconds',
      help: 'Age of the pending trámite that came first, by organismo; none = nothing waits.',
    },
    ...{ labelNames: ['organismo'], registers },
  });
  const cap = atMost(200);
  return () => {
    depth.reset();
    oldest.reset();
    for (const { organismo, status, n } of queueDepth(db, others)) depth.inc({ organismo: cap(organismo)[0] as string, status }, n);
    const now = clock.now().toISOString();
    for (const { organismo, at } of oldestPending(db)) {
      const age = secondsBetween(at, now);
      if (age !== null) oldest.set({ organismo: cap(organismo)[0] as string }, age);
    }
  };
};
