import { Counter, Histogram, type Registry } from 'prom-client';
import type { Db } from '#server/db/open.ts';
import { follow } from './follow.ts';
import { stepsBetween } from './queries.ts';
import { atMost, codeLabel, robotLabel, secondsBetween } from './rules.ts';

/** How long each step of the Playwright robots takes, and which fail. */
export const followSteps = (db: Db, registry: Registry): (() => Promise<void>) => {
  const registers = [registry];
  const duration = new Histogram({
    ...{ name: 'cerebro_step_duration_seconds', help: 'Duration of the steps of Playwright robots, failed ones too.' },
    ...{ labelNames: ['robot', 'step'], buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 180], registers },
  });
  const failures = new Counter({
    ...{ name: 'cerebro_step_failures_total', help: 'Steps of Playwright robots that failed, by error code.' },
    ...{ labelNames: ['robot', 'step', 'code'], registers },
  });
  const [ofPair, ofFailure] = [atMost(300), atMost(500)];
  return follow(db, 'steps', (from, to) => {
    for (const row of stepsBetween(db, from, to)) {
      const name = robotLabel(row.robot, row.robotId);
      const [robot = '', step = ''] = ofPair(name, row.name);
      const seconds = secondsBetween(row.startedAt, row.endedAt);
      if (seconds !== null) duration.observe({ robot, step }, seconds);
      if (row.outcome !== 'failed') continue;
      const [failed = '', where = '', code = ''] = ofFailure(name, row.name, codeLabel(row.errorCode));
      failures.inc({ robot: failed, step: where, code });
    }
  });
};
