import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { poolProblem } from '#server/pools/queries.ts';
import { idProblem, readColumns, type Texts } from './fields.ts';
import { findEquipo } from './queries.ts';

export type EquipoDeps = Pick<Deps, 'clock' | 'db' | 'hub'>;

/**
 * Adds a machine by hand (`equipo_id`, `equipo`, `user_id`, `user_name`, `licencia`, `activo_sam`, `permite_balanceo_dinamico`,
 * `pool_id`): switched on, and not lent to the balancer unless it is said. Sync never gives it up. Answers its id.
 * @throws InvalidInputError by column
 */
export const anadirEquipo = async (deps: EquipoDeps, form: Texts, who: Who): Promise<string> => {
  const { db, clock, hub } = deps;
  const id = (form.equipo_id ?? '').trim();
  const { columns, problems } = readColumns({ local: false, manual: true }, { equipo: '', ...form });
  const wrongId = idProblem(id);
  if (wrongId !== undefined) problems.equipo_id = wrongId;
  await db.write(() => {
    const wrongPool = poolProblem(db, columns.pool_id ?? null);
    if (wrongPool !== undefined) problems.pool_id = wrongPool;
    if (findEquipo(db, id)) problems.equipo_id = 'Ya hay un equipo con ese identificador.';
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    const row = { equipo_id: id, ...columns, manual: 1 };
    const names = Object.keys(row);
    db.sql(`INSERT INTO equipos (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`).run(row);
    audit(db, isoNow(clock), { ...who, accion: 'crear', entidad: 'equipo', entidadId: id, despues: columns });
  });
  hub.changed({ entity: 'equipo', id });
  return id;
};
