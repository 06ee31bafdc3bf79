import type { Db } from '#server/db/open.ts';
import { isLocal } from '#server/equipos/rules.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { findRobotOrThrow, type RobotDeps } from './editar.ts';

/**
 * Keeps machines for a robot (Reservado). An order of a person wins over the balancer: whatever robot a machine was lent to
 * loses it. Answers how many were not its own yet.
 * @throws InvalidInputError at `equipo_id` for machines that are not there or are kept for another robot; NotFoundError
 */
export const asignarEquipos = async (deps: RobotDeps, robotId: string, equipoIds: readonly string[], who: Who): Promise<number> => {
  const { db, clock, hub } = deps;
  const added = await db.write(() => {
    const { kind } = findRobotOrThrow(db, robotId);
    if (kind !== 'a360') refuse('Un robot de navegador trabaja en los hilos de esta máquina: no se le asignan equipos.');
    const ids = [...new Set(equipoIds)];
    if (ids.length === 0) refuse('Elija al menos un equipo.');
    const list = JSON.stringify(ids);
    refuseUnknown(db, ids, list);
    refuseTaken(db, robotId, list);
    const at = isoNow(clock);
    db.sql(
      `DELETE FROM asignaciones WHERE es_programado = 0 AND reservado = 0 AND equipo_id IN (SELECT value FROM json_each(?)) AND robot_id <> ?`,
    ).run(list, robotId);
    const { changes } = db
      .sql(
        `INSERT INTO asignaciones (robot_id, equipo_id, reservado, asignado_por, fecha_asignacion)
         SELECT @robotId, value, 1, @usuario, @at FROM json_each(@list) WHERE true
         ON CONFLICT (robot_id, equipo_id, coalesce(programacion_id, ''))
         DO UPDATE SET reservado = 1, liberando = 0, asignado_por = @usuario, fecha_asignacion = @at WHERE es_programado = 0 AND reservado = 0`,
      )
      .run({ robotId, usuario: who.usuario, at, list });
    if (changes > 0) audit(db, at, { ...who, accion: 'asignar', entidad: 'robot', entidadId: robotId, despues: { equipos: ids } });
    return changes;
  });
  hub.changed({ entity: 'robot', id: robotId });
  hub.changed({ entity: 'equipo' });
  return added;
};

const refuse = (sentence: string): never => {
  throw new InvalidInputError({ equipo_id: sentence });
};

const refuseUnknown = (db: Db, ids: readonly string[], list: string): void => {
  const known = new Set(
    db
      .sql('SELECT equipo_id FROM equipos WHERE equipo_id IN (SELECT value FROM json_each(?))')
      .all(list)
      .map((row) => row.equipo_id),
  );
  const wrong = ids.filter((id) => !known.has(id) || isLocal(id));
  if (wrong.length > 0) refuse(`No se pueden asignar: ${wrong.join(', ')}. No existen, o son hilos de esta máquina.`);
};

/** Kept for one means for no other. */
const refuseTaken = (db: Db, robotId: string, list: string): void => {
  const taken = db
    .sql(
      `SELECT coalesce(e.equipo, a.equipo_id) || ' (' || coalesce(r.robot, a.robot_id) || ')' AS told
         FROM asignaciones AS a LEFT JOIN equipos AS e ON e.equipo_id = a.equipo_id LEFT JOIN robots AS r ON r.robot_id = a.robot_id
        WHERE a.es_programado = 0 AND a.reservado = 1 AND a.robot_id <> ? AND a.equipo_id IN (SELECT value FROM json_each(?)) ORDER BY 1`,
    )
    .all(robotId, list)
    .map((row) => row.told as string);
  if (taken.length > 0) refuse(`Ya están reservados para otro robot: ${taken.join(', ')}.`);
};
