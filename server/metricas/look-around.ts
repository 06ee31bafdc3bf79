import { Gauge, type Registry } from 'prom-client';
import type { Look, MeasuredHouse } from './house.ts';
import { openAvisos, openRuns, pendingNotices, ticketSources } from './queries.ts';
import { secondsBetween } from './rules.ts';

/** What is open with those outside: runs, tickets, avisos. */
export const lookAround = ({ deps: { db, clock } }: MeasuredHouse, registry: Registry): Look => {
  const registers = [registry];
  const runs = new Gauge({
    ...{ name: 'cerebro_a360_open_runs', help: 'Runs of A360 whose end nobody has told yet, by state.' },
    ...{ labelNames: ['state'], registers },
  });
  const avisos = new Gauge({ name: 'cerebro_avisos_open', help: 'Open avisos by level.', labelNames: ['level'], registers });
  const notices = new Gauge({ name: 'cerebro_notices_pending', help: 'Mails and webhooks that wait to be sent.', registers });
  const lookAtSources = sourceGauges(registry);
  return () => {
    runs.reset();
    for (const { estado, n } of openRuns(db)) runs.set({ state: estado }, n);
    const levels = new Map(openAvisos(db).map(({ nivel, n }) => [nivel, n]));
    for (const level of ['CRITICO', 'ALTO', 'MEDIO']) avisos.set({ level }, levels.get(level) ?? 0);
    notices.set(pendingNotices(db));
    lookAtSources(ticketSources(db), clock.now().toISOString());
  };
};

const sourceGauges = (registry: Registry) => {
  const registers = [registry];
  const labelNames = ['source'];
  const up = new Gauge({
    ...{ name: 'cerebro_ticket_source_up', help: '1 = that source of tickets answered the last time it was asked.' },
    ...{ labelNames, registers },
  });
  const age = new Gauge({
    ...{ name: 'cerebro_ticket_source_age_seconds', help: 'How long ago that source of tickets last answered.' },
    ...{ labelNames, registers },
  });
  const tickets = new Gauge({
    ...{ name: 'cerebro_ticket_source_tickets', help: 'Tickets that source last told of, all robots together.' },
    ...{ labelNames, registers },
  });
  return (sources: ReturnType<typeof ticketSources>, now: string): void => {
    for (const gauge of [up, age, tickets]) gauge.reset();
    for (const { proveedor: source, fallos, acierto, tickets: n } of sources) {
      up.set({ source }, fallos === 0 && acierto !== null ? 1 : 0);
      const seconds = secondsBetween(acierto, now);
      if (seconds !== null) age.set({ source }, seconds);
      if (n !== null) tickets.set({ source }, n);
    }
  };
};
