import { Counter, type Registry } from 'prom-client';
import type { Db } from '#server/db/open.ts';
import { claimCyclesAfter, lastClaimCycle } from './queries.ts';
import { atMost } from './rules.ts';

/** What the claim cycles did and where their time went. A cycle is counted when it has ended. */
export const followClaims = (db: Db, registry: Registry): (() => Promise<void>) => {
  const registers = [registry];
  const cycles = new Counter({
    ...{ name: 'cerebro_claim_cycles_total', help: 'Claim cycles by outcome: ok, failed or aborted.' },
    ...{ labelNames: ['outcome'], registers },
  });
  const recursos = new Counter({
    ...{ name: 'cerebro_claim_recursos_total', help: 'Recursos met by claim cycles: seen, matched, discarded, claimed, lost.' },
    ...{ labelNames: ['result'], registers },
  });
  const phases = new Counter({
    ...{ name: 'cerebro_claim_phase_seconds_total', help: 'Seconds claim cycles spent in each phase.' },
    ...{ labelNames: ['phase'], registers },
  });
  const cap = atMost(30);
  let read = lastClaimCycle(db);
  return async () => {
    for (const { id, outcome, counts, milliseconds } of claimCyclesAfter(db, read)) {
      read = id;
      cycles.inc({ outcome });
      for (const [result, n] of Object.entries(counts)) recursos.inc({ result }, n);
      for (const [phase, ms] of Object.entries(milliseconds)) phases.inc({ phase: cap(phase)[0] as string }, ms / 1000);
    }
  };
};
