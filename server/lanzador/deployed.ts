import { resolve } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { applyWaiting } from '#server/ejecuciones/callback-inbox.ts';
import { reviveRun } from '#server/ejecuciones/revive.ts';
import { record } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { worksAgain } from '#server/robots/suspender.ts';
import type { Claim } from './claim.ts';
import { claves } from './refused.ts';

/**
 * Stores what A360 answered to a deploy. Whoever has told more of that run meanwhile (the conciliador that adopted it, a callback
 * that waited for this) is not overwritten; one that was given up as lost is alive again.
 */
export const writeDeployed = async (deps: Deps, claim: Claim, deploymentId: string): Promise<void> => {
  const { db, clock, hub, log } = deps;
  const { ejecucionId, robotId, equipoId } = claim;
  await db.write(
    () => {
      const at = isoNow(clock);
      if (!reviveRun(db, at, ejecucionId, deploymentId))
        log.warn({ ejecucionId, deploymentId }, 'A360 contestó tarde a un lanzamiento que ya se había dado por perdido');
      const data = { robot: claim.robot, equipo: claim.equipo, deploymentId };
      record(db, at, { entity: 'ejecucion', entityId: ejecucionId, kind: 'launched', data });
      worksAgain(db, at, robotId, equipoId);
      for (const clave of [claves.equipo(equipoId), claves.servidor]) resolve(db, at, clave);
      applyWaiting(db, at, ejecucionId, deploymentId);
    },
    { durable: true },
  );
  hub.changed({ entity: 'ejecucion', id: ejecucionId });
};
