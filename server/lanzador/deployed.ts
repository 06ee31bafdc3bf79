import { resolve } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { applyWaiting } from '#server/ejecuciones/callback-inbox.ts';
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
      const { changes } = db
        .sql(
          `UPDATE OR IGNORE ejecuciones
              SET deployment_id = @deploymentId, actualizada_at = @at, error_code = NULL,
                  estado = CASE WHEN ${givenUp} THEN 'DEPLOYED' ELSE estado END,
                  fecha_fin = CASE WHEN ${givenUp} THEN NULL ELSE fecha_fin END,
                  origen = CASE WHEN ${givenUp} THEN NULL ELSE origen END,
                  mensaje = CASE WHEN ${givenUp} THEN NULL ELSE mensaje END,
                  ocurrencia_libre = CASE WHEN ${givenUp} THEN 0 ELSE ocurrencia_libre END
            WHERE ejecucion_id = @ejecucionId AND (deployment_id IS NULL OR deployment_id = @deploymentId)`,
        )
        .run({ deploymentId, at, ejecucionId });
      // Its equipo or its occurrence is another's by now: the run exists all the same. Not known of, it holds the equipo too, and both
      // callbacks and the conciliador find it.
      if (changes === 0) {
        log.warn({ ejecucionId, deploymentId }, 'A360 contestó tarde a un lanzamiento que ya se había dado por perdido');
        db.sql(
          `UPDATE OR IGNORE ejecuciones
              SET deployment_id = @deploymentId, actualizada_at = @at, error_code = NULL, mensaje = NULL,
                  estado = 'UNKNOWN', ultimo_unknown_at = @at, fecha_fin = NULL, origen = NULL
            WHERE ejecucion_id = @ejecucionId AND deployment_id IS NULL AND estado IN ('PENDING_EXECUTION', 'DEPLOY_FAILED')`,
        ).run({ deploymentId, at, ejecucionId });
      }
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

/** Nobody has told anything of it but that it was not found. */
const givenUp = `estado = 'PENDING_EXECUTION' OR (estado = 'DEPLOY_FAILED' AND deployment_id IS NULL)`;
