import type { Deps } from '#server/deps.ts';
import { type Candidate, chooseLost, searchSince } from '#server/ejecuciones/plan.ts';
import type { ControlRoom } from '#server/gateways/a360/a360.ts';
import type { Claim } from './claim.ts';

/**
 * A360 failed (5xx), and may have launched it all the same: the deploymentId of the run that began there since the call and that
 * nobody else has; null = it has none. @throws A360Error when it cannot be asked.
 */
export const lookFor = async ({ db }: Pick<Deps, 'db'>, a360: ControlRoom, claim: Claim, calledAt: string): Promise<string | null> => {
  const { ejecucionId, robotId, userId } = claim;
  const run: Candidate = {
    ...{ ejecucionId, robotId, userId, deploymentId: null, estado: 'PENDING_EXECUTION', fechaInicio: calledAt },
    ...{ noEncontrada: 0, conAviso: 0 },
  };
  const rows = await a360.activity({ fileId: robotId, userId, since: searchSince(run) });
  const ids = JSON.stringify(rows.map(({ deploymentId }) => deploymentId));
  const taken = db.sql('SELECT deployment_id AS id FROM ejecuciones WHERE deployment_id IN (SELECT value FROM json_each(?))').all(ids);
  return chooseLost(run, rows, new Set(taken.map(({ id }) => id as string)))?.deploymentId ?? null;
};
