import type { Db } from '#server/db/open.ts';

/** Nobody has told anything of it but that it was not found, or that A360 failed. */
const givenUp = `estado = 'PENDING_EXECUTION' OR (estado = 'DEPLOY_FAILED' AND deployment_id IS NULL)`;

/**
 * A run that turns out to exist gets its deploymentId, and is alive again if it was given up. What others have told of it meanwhile
 * stands. Where its equipo or its occurrence is another's by now it is noted as not known: that holds the equipo too, and both
 * callbacks and the conciliador find it. Call inside a transaction; answers whether it has its equipo.
 */
export const reviveRun = (db: Db, at: string, ejecucionId: string, deploymentId: string): boolean => {
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
  if (changes > 0) return true;
  db.sql(
    `UPDATE OR IGNORE ejecuciones
        SET deployment_id = @deploymentId, actualizada_at = @at, error_code = NULL, mensaje = NULL,
            estado = 'UNKNOWN', ultimo_unknown_at = @at, fecha_fin = NULL, origen = NULL
      WHERE ejecucion_id = @ejecucionId AND deployment_id IS NULL AND estado IN ('PENDING_EXECUTION', 'DEPLOY_FAILED')`,
  ).run({ deploymentId, at, ejecucionId });
  return false;
};
