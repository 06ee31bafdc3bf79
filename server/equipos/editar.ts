import type { Db } from '#server/db/open.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { poolProblem } from '#server/pools/queries.ts';
import type { EquipoDeps } from './anadir.ts';
import { type Columns, readColumns, type Texts } from './fields.ts';
import { type Equipo, findEquipo } from './queries.ts';
import { isLocal } from './rules.ts';

/** @throws NotFoundError */
export const findEquipoOrThrow = (db: Db, equipoId: string): Equipo => {
  const equipo = findEquipo(db, equipoId);
  if (!equipo) throw new NotFoundError(`No hay ningún equipo «${equipoId}».`);
  return equipo;
};

/**
 * Changes what an operator decides of a machine; what is not sent stays. Each column stands for itself: another pool does not
 * lend it to the balancer. Answers whether anything changed.
 * @throws InvalidInputError by column, NotFoundError
 */
export const editarEquipo = async (deps: EquipoDeps, equipoId: string, form: Texts, who: Who): Promise<boolean> => {
  const { db, clock, hub } = deps;
  const changed = await db.write(() => {
    const before = findEquipoOrThrow(db, equipoId);
    const { columns, problems } = readColumns({ local: isLocal(equipoId), manual: before.manual === 1 }, form);
    const pool = poolProblem(db, columns.pool_id ?? null);
    if (pool !== undefined) problems.pool_id = pool;
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    const names = (Object.keys(columns) as (keyof Columns)[]).filter((name) => columns[name] !== before[name]);
    if (names.length === 0) return false;
    const sets = names.map((name) => `${name} = @${name}`).join(', ');
    db.sql(`UPDATE equipos SET ${sets} WHERE equipo_id = @equipoId`).run({ ...columns, equipoId });
    const pick = (from: Partial<Columns>) => Object.fromEntries(names.map((name) => [name, from[name]]));
    const subject = { entidad: 'equipo', entidadId: equipoId, antes: pick(before), despues: pick(columns) };
    const at = isoNow(clock);
    audit(db, at, { ...who, accion: 'editar', ...subject });
    // A programación that lets it go must not undo what a person decided.
    const permite = columns.permite_balanceo_dinamico;
    if (names.includes('permite_balanceo_dinamico'))
      record(db, at, { entity: 'equipo', entityId: equipoId, kind: 'balance_decided', data: { permite }, actor: who.usuario });
    return true;
  });
  if (changed) hub.changed({ entity: 'equipo', id: equipoId });
  return changed;
};
