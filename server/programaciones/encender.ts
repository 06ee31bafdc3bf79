import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { calendarOf, reasonsOf } from './fields.ts';
import type { Row } from './queries.ts';
import { takeOffline } from './take-offline.ts';
import { equiposOf, findOrThrow, type ProgramacionesDeps, refuse, refuseConflicts } from './wanted.ts';

/**
 * Switches a programación on or off. One that does not read as a calendar, or overlaps with an active one, can only be switched off.
 * @throws NotFoundError, InvalidInputError
 */
export const encender = async (deps: ProgramacionesDeps, programacionId: string, active: boolean, who: Who): Promise<void> => {
  await deps.db.write(() => {
    const row = findOrThrow(deps.db, programacionId);
    if (active) refuseUnfit(deps, row);
    turn(deps, row, active, who);
  });
  deps.hub.changed({ entity: 'programacion', id: programacionId });
};

const refuseUnfit = (deps: ProgramacionesDeps, row: Row): void => {
  const { programacion_id: programacionId } = row;
  const read = calendarOf(row);
  refuse(reasonsOf(read));
  const equipoIds = equiposOf(deps.db, programacionId);
  if (read.ok) refuseConflicts(deps, { programacionId, equipoIds, calendar: read.calendar });
};

const turn = ({ db, clock }: ProgramacionesDeps, row: Row, active: boolean, who: Who): void => {
  const { programacion_id: programacionId, robot_id: robotId } = row;
  if ((row.activo === 1) === active) return;
  const at = isoNow(clock);
  db.sql('UPDATE programaciones SET activo = ?, updated_at = ? WHERE programacion_id = ?').run(active ? 1 : 0, at, programacionId);
  const subject = { entityId: programacionId, actor: who.usuario };
  if (active) record(db, at, { entity: 'programacion', kind: 'switched_on', ...subject, data: takeOffline(db, robotId) });
  else record(db, at, { entity: 'programacion', kind: 'switched_off', ...subject });
  const accion = active ? 'encender' : 'apagar';
  audit(db, at, { ...who, accion, entidad: 'programacion', entidadId: programacionId, antes: row.activo, despues: active ? 1 : 0 });
};
