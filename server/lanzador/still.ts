import type { Deps } from '#server/deps.ts';
import type { Claim } from './claim.ts';
import { momentAt } from './moment.ts';
import { type ProgramacionRow, programacionColumns } from './snapshot.ts';

const row = `
  SELECT ${programacionColumns}
    FROM asignaciones AS a
    JOIN robots AS r ON r.robot_id = a.robot_id AND r.activo = 1 AND r.presente_en_a360 = 1
    JOIN equipos AS q ON q.equipo_id = a.equipo_id AND q.activo_sam = 1 AND q.conectado = 1 AND q.presente_en_a360 = 1
                     AND q.user_activo = 1 AND q.user_id = @userId
    LEFT JOIN programaciones AS p ON p.programacion_id = @programacionId
   WHERE a.asignacion_id = @asignacionId AND a.robot_id = @robotId AND a.equipo_id = @equipoId
     AND CASE WHEN @programacionId IS NULL THEN a.es_programado = 0 AND r.es_online = 1
              ELSE a.es_programado = 1 AND a.programacion_id = @programacionId AND p.activo = 1 END`;

/**
 * Whether people still want what was claimed: a claim may wait for its turn while somebody switches the robot or the programación off,
 * takes the equipo away or puts it in maintenance. Its hour was looked at when it was claimed; `again` looks at it once more, since
 * what failed is tried only until the tolerance ends.
 */
export const isStillWanted = ({ db, config, clock }: Deps, claim: Claim, again: boolean): boolean => {
  const { asignacionId, robotId, equipoId, userId, programacionId } = claim;
  const found = db.sql(row).get({ asignacionId, robotId, equipoId, userId, programacionId });
  if (found === undefined || programacionId === null || !again) return found !== undefined;
  const moment = momentAt(config.TZ_NEGOCIO, clock.now())(found as ProgramacionRow);
  return moment.kind === 'due' && (moment.cyclic || moment.start === claim.fechaTeorica);
};
