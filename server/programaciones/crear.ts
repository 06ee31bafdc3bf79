import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { assign } from './asignar.ts';
import type { ProgramacionForm } from './fields.ts';
import { takeOffline } from './take-offline.ts';
import { type ProgramacionesDeps, type Wanted, wantedOf } from './wanted.ts';

/**
 * Writes a new programación with its machines, and answers its id. Its robot no longer works on demand, and its machines are no
 * longer lent by the balancer.
 * @throws InvalidInputError with a sentence per field; a wrong one or one that overlaps leaves nothing behind.
 */
export const crear = async (deps: ProgramacionesDeps, form: ProgramacionForm, who: Who): Promise<string> => {
  const programacionId = await deps.db.write(() => insert(deps, wantedOf(deps, null, form), who));
  deps.hub.changed({ entity: 'programacion', id: programacionId });
  return programacionId;
};

const insert = ({ db, clock }: ProgramacionesDeps, { robotId, columns, active, equipoIds }: Wanted, who: Who): string => {
  const at = isoNow(clock);
  const row = { robot_id: robotId, activo: active ? 1 : 0, ...columns, created_at: at, updated_at: at };
  const names = Object.keys(row);
  const programacionId = db
    .sql(
      `INSERT INTO programaciones (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')}) RETURNING programacion_id`,
    )
    .get(row)?.programacion_id as string;
  const { added } = assign(db, at, { programacionId, robotId, equipoIds }, who);
  const data = { added, ...(active && takeOffline(db, robotId)) };
  record(db, at, { entity: 'programacion', entityId: programacionId, kind: 'created', data, actor: who.usuario });
  const despues = { ...row, equipos: added };
  audit(db, at, { ...who, accion: 'crear', entidad: 'programacion', entidadId: programacionId, despues });
  return programacionId;
};
