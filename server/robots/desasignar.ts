import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { findRobotOrThrow, type RobotDeps } from './editar.ts';

/**
 * Takes machines away from a robot, kept for it or lent to it; what a programación assigned stays with the programación. A run that
 * goes on there goes on. Answers how many were taken.
 * @throws InvalidInputError at `quitar` when none was chosen, NotFoundError
 */
export const desasignarEquipos = async (deps: RobotDeps, robotId: string, equipoIds: readonly string[], who: Who): Promise<number> => {
  const { db, clock, hub } = deps;
  if (equipoIds.length === 0) throw new InvalidInputError({ quitar: 'Elija al menos un equipo.' });
  const taken = await db.write(() => {
    findRobotOrThrow(db, robotId);
    const { changes } = db
      .sql('DELETE FROM asignaciones WHERE robot_id = ? AND es_programado = 0 AND equipo_id IN (SELECT value FROM json_each(?))')
      .run(robotId, JSON.stringify(equipoIds));
    const subject = { entidad: 'robot', entidadId: robotId, antes: { equipos: equipoIds } };
    if (changes > 0) audit(db, isoNow(clock), { ...who, accion: 'desasignar', ...subject });
    return changes;
  });
  hub.changed({ entity: 'robot', id: robotId });
  hub.changed({ entity: 'equipo' });
  return taken;
};
