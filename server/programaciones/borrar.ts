import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { assign } from './asignar.ts';
import { findOrThrow, type ProgramacionesDeps, valuesOf } from './wanted.ts';

/**
 * Deletes a programación and what it assigned. What runs because of it goes on, and the history of its runs stays.
 * @throws NotFoundError
 */
export const borrar = async (deps: ProgramacionesDeps, programacionId: string, who: Who): Promise<void> => {
  const { db, clock } = deps;
  await db.write(() => {
    const row = findOrThrow(db, programacionId);
    const at = isoNow(clock);
    const { removed } = assign(db, at, { programacionId, robotId: row.robot_id, equipoIds: [] }, who);
    db.sql('DELETE FROM programaciones WHERE programacion_id = ?').run(programacionId);
    record(db, at, { entity: 'programacion', entityId: programacionId, kind: 'deleted', data: { removed }, actor: who.usuario });
    const antes = { ...valuesOf(row), equipos: removed };
    audit(db, at, { ...who, accion: 'borrar', entidad: 'programacion', entidadId: programacionId, antes });
  });
  deps.hub.changed({ entity: 'programacion', id: programacionId });
};
