import type { Db } from '#server/db/open.ts';
import { openStates, sqlList } from './estados.ts';
import type { Candidate } from './plan.ts';

/** Of `ejecuciones`, as a `Candidate`. */
export const candidateColumns = `ejecucion_id AS ejecucionId, deployment_id AS deploymentId, robot_id AS robotId, user_id AS userId, estado,
         fecha_inicio AS fechaInicio, no_encontrada AS noEncontrada, callback_info IS NOT NULL AS conAviso, error_code AS errorCode`;

/** Runs of A360 nobody has told the end of, those A360 could not tell among them; attempts of Playwright are the dispatcher's. */
export const openRunsSql = `
  SELECT ${candidateColumns}
    FROM ejecuciones
   WHERE estado IN ${sqlList(openStates)}
     AND fecha_fin IS NULL AND fase IS NULL
   ORDER BY fecha_inicio, ejecucion_id`;

export const openRuns = (db: Db): Candidate[] => db.sql(openRunsSql).all() as unknown as Candidate[];
