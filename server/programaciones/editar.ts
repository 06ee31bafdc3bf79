import type { Db } from '#server/db/open.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { type Assigned, assign } from './asignar.ts';
import type { Columns, ProgramacionForm } from './fields.ts';
import type { Row } from './queries.ts';
import { columnLabels } from './rules.ts';
import { takeOffline } from './take-offline.ts';
import { equiposOf, findOrThrow, type ProgramacionesDeps, type Wanted, wantedOf } from './wanted.ts';

/**
 * Changes a programación and its machines; what the form does not speak of stays. Answers whether anything changed.
 * @throws NotFoundError, InvalidInputError with a sentence per field
 */
export const editar = async (deps: ProgramacionesDeps, programacionId: string, form: ProgramacionForm, who: Who): Promise<boolean> => {
  const changed = await deps.db.write(() => {
    const before = findOrThrow(deps.db, programacionId);
    return update(deps, before, wantedOf(deps, before, form), who);
  });
  if (changed) deps.hub.changed({ entity: 'programacion', id: programacionId });
  return changed;
};

const update = ({ db, clock }: ProgramacionesDeps, before: Row, wanted: Wanted, who: Who): boolean => {
  const { programacion_id: programacionId, robot_id: robotId } = before;
  const columns = changedColumns(before, { ...wanted.columns, activo: wanted.active ? 1 : 0 });
  const equiposBefore = equiposOf(db, programacionId);
  const at = isoNow(clock);
  const assigned = assign(db, at, { programacionId, robotId, equipoIds: wanted.equipoIds }, who);
  if (Object.keys(columns).length === 0 && assigned.added.length + assigned.removed.length === 0) return false;
  write(db, programacionId, columns, at);
  const data = { columns: labelsOf(columns), ...onlyNews(assigned), ...(wanted.active && takeOffline(db, robotId)) };
  record(db, at, { entity: 'programacion', entityId: programacionId, kind: 'edited', data, actor: who.usuario });
  audit(db, at, {
    ...who,
    ...{ accion: 'editar', entidad: 'programacion', entidadId: programacionId },
    antes: { ...Object.fromEntries(Object.keys(columns).map((name) => [name, before[name]])), equipos: equiposBefore },
    despues: { ...columns, equipos: wanted.equipoIds },
  });
  return true;
};

const changedColumns = (before: Row, columns: Columns): Columns =>
  Object.fromEntries(Object.entries(columns).filter(([name, value]) => before[name] !== value));

const write = (db: Db, programacionId: string, columns: Columns, at: string): void => {
  const sets = Object.keys(columns).map((name) => `${name} = @${name}, `);
  db.sql(`UPDATE programaciones SET ${sets.join('')}updated_at = @at WHERE programacion_id = @programacionId`).run({
    ...columns,
    ...{ at, programacionId },
  });
};

const labelsOf = (columns: Columns): string[] => Object.keys(columns).map((name) => columnLabels[name] ?? name);

const onlyNews = ({ added, removed }: Assigned): Partial<Assigned> => ({
  ...(added.length > 0 && { added }),
  ...(removed.length > 0 && { removed }),
});
