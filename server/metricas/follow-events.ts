import { Counter, Histogram, type Registry } from 'prom-client';
import type { Db } from '#server/db/open.ts';
import { isActive } from '#server/ejecuciones/estados.ts';
import { follow } from './follow.ts';
import { eventsBetween, organismos, type SeenEvent } from './queries.ts';
import { atMost, codeLabel, robotLabel, secondsBetween } from './rules.ts';

/** From seconds (a refused paper) to the hours of an A360 run. */
const attemptBuckets = [1, 5, 15, 30, 60, 120, 300, 900, 3600, 14_400];

/** What became of trámites, attempts and launches, as their events tell it. */
export const followEvents = (db: Db, registry: Registry): (() => Promise<void>) => {
  const tramites = countTramites(registry);
  const counts = [tramites.count, countAttempts(registry), countLaunches(registry)];
  const read = follow(db, 'events', (from, to) => {
    for (const event of eventsBetween(db, from, to)) for (const count of counts) count(event);
  });
  return () => {
    for (const site of organismos(db)) tramites.expect(site);
    return read();
  };
};

type Count = (event: SeenEvent) => void;

type TramiteCounts = {
  readonly count: Count;
  /** Begins at 0: Prometheus takes the first value it sees for where a counter began, and would miss the first one filed. */
  expect(site: string): void;
};

const countTramites = (registry: Registry): TramiteCounts => {
  const registers = [registry];
  const queued = new Counter({
    ...{ name: 'cerebro_tramites_queued_total', help: 'Recursos that were claimed and put into the queue.' },
    ...{ labelNames: ['organismo'], registers },
  });
  const outcomes = new Counter({
    ...{
      name: 'cerebro_tramite_outcomes_total',
      help: 'Attempts that decided a trámite: completed, failed or needs_review, with its error code.',
    },
    ...{ labelNames: ['organismo', 'outcome', 'code'], registers },
  });
  const retries = new Counter({
    ...{ name: 'cerebro_tramite_retries_total', help: 'Trámites put back into the queue after an attempt, by error code.' },
    ...{ labelNames: ['organismo', 'code'], registers },
  });
  const [one, two, three] = [atMost(200), atMost(1000), atMost(1000)];
  const count: Count = ({ entity, kind, code, siteId }) => {
    if (entity !== 'tramite') return;
    const site = siteId ?? '';
    if (kind === 'enqueued') queued.inc({ organismo: one(site)[0] as string });
    if (kind === 'retry_scheduled' || kind === 'returned') {
      const [organismo = '', word = ''] = two(site, codeLabel(code));
      retries.inc({ organismo, code: word });
    }
    if (kind === 'completed' || kind === 'failed' || kind === 'needs_review') {
      const [organismo = '', word = ''] = three(site, codeLabel(code));
      outcomes.inc({ organismo, outcome: kind, code: word });
    }
  };
  const expect = (site: string): void => {
    queued.inc({ organismo: one(site)[0] as string }, 0);
    outcomes.inc({ organismo: three(site, '')[0] as string, outcome: 'completed', code: '' }, 0);
  };
  return { count, expect };
};

const countAttempts = (registry: Registry): Count => {
  const duration = new Histogram({
    ...{ name: 'cerebro_attempt_duration_seconds', help: 'Duration of attempts, of both kinds of robots, from their start to their end.' },
    ...{ labelNames: ['robot'], buckets: attemptBuckets, registers: [registry] },
  });
  const cap = atMost(300);
  return (event) => {
    const seconds = endsAttempt(event) ? secondsBetween(event.startedAt, event.endedAt) : null;
    if (seconds !== null) duration.observe({ robot: cap(robotLabel(event.robot, event.robotId))[0] as string }, seconds);
  };
};

/** A run of A360 that was thought ended and ends again has been counted. */
const endsAttempt = ({ entity, kind, estado, antes, origen }: SeenEvent): boolean => {
  if (entity === 'tramite') return kind !== 'enqueued';
  return kind === 'reported' && !isActive(estado ?? '') && isActive(antes ?? '') && !neverBegan({ estado, origen });
};

const neverBegan = ({ estado, origen }: Pick<SeenEvent, 'estado' | 'origen'>): boolean =>
  estado === 'DEPLOY_FAILED' && origen === 'lanzador';

const countLaunches = (registry: Registry): Count => {
  const launches = new Counter({
    ...{
      name: 'cerebro_launches_total',
      help: 'Launches asked of A360: launched, refused, or lost (nobody knows whether it took effect).',
    },
    ...{ labelNames: ['result'], registers: [registry] },
  });
  for (const result of ['launched', 'refused', 'lost']) launches.inc({ result }, 0);
  return (event) => {
    if (event.kind === 'launched') launches.inc({ result: 'launched' });
    if (event.kind === 'launch_lost') launches.inc({ result: 'lost' });
    if (event.kind === 'reported' && neverBegan(event)) launches.inc({ result: 'refused' });
  };
};
