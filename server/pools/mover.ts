import type { Db } from '#server/db/open.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { findPoolOrThrow, type PoolDeps } from './guardar.ts';
import { localPool } from './queries.ts';

/** Robots and equipos somebody ticked. */
export type Members = { readonly robots: readonly string[]; readonly equipos: readonly string[] };

/**
 * Puts robots and equipos into a pool (out of the one they were in), or takes them out of it to the General one. Nothing else of them
 * changes: whether the balancer may lend a machine is another matter. Answers how many moved.
 * @throws InvalidInputError at `miembros` when none was chosen, NotFoundError
 */
export const moverMiembros = async (
  deps: PoolDeps,
  poolId: string,
  members: Members,
  way: 'entran' | 'salen',
  who: Who,
): Promise<number> => {
  const { db, clock, hub } = deps;
  if (members.robots.length + members.equipos.length === 0) throw new InvalidInputError({ miembros: 'Elija al menos uno.' });
  const moved = await db.write(() => {
    findPoolOrThrow(db, poolId);
    const n =
      move(db, 'robots', 'robot_id', { ids: members.robots, poolId, way }) +
      move(db, 'equipos', 'equipo_id', { ids: members.equipos, poolId, way });
    const subject = { entidad: 'pool', entidadId: poolId, despues: { [way]: members } };
    if (n > 0) audit(db, isoNow(clock), { ...who, accion: 'mover', ...subject });
    return n;
  });
  hub.changed({ entity: 'robot' });
  hub.changed({ entity: 'equipo' });
  return moved;
};

type Move = { readonly ids: readonly string[]; readonly poolId: string; readonly way: 'entran' | 'salen' };

/** What works on this machine only has no pool of A360. */
const excluded = { robots: "kind = 'a360'", equipos: `equipo_id NOT GLOB 'local-*' AND coalesce(pool_id, '') <> '${localPool}'` };

const move = (db: Db, table: 'robots' | 'equipos', key: string, { ids, poolId, way }: Move): number =>
  db
    .sql(
      way === 'entran'
        ? `UPDATE ${table} SET pool_id = @poolId WHERE ${key} IN (SELECT value FROM json_each(@ids)) AND ${excluded[table]} AND pool_id IS NOT @poolId`
        : `UPDATE ${table} SET pool_id = NULL WHERE ${key} IN (SELECT value FROM json_each(@ids)) AND pool_id = @poolId`,
    )
    .run({ ids: JSON.stringify(ids), poolId }).changes;
