import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { newId } from '#server/lib/ids.ts';
import { readPool, type Texts } from './fields.ts';
import { findPool, type ListedPool, localPool } from './queries.ts';

export type PoolDeps = Pick<Deps, 'clock' | 'db' | 'hub'>;

/** One that people may change. @throws NotFoundError also for that of the threads of this machine */
export const findPoolOrThrow = (db: Db, poolId: string): ListedPool => {
  const pool = poolId === localPool ? undefined : findPool(db, poolId);
  if (!pool) throw new NotFoundError('No hay ningún pool así.');
  return pool;
};

/**
 * Makes a pool, or gives one another name (`nombre`, `descripcion`, `activo`); `poolId` null = a new one. Answers its id.
 * @throws InvalidInputError by column, NotFoundError
 */
export const guardarPool = async (deps: PoolDeps, poolId: string | null, form: Texts, who: Who): Promise<string> => {
  const { db, clock, hub } = deps;
  const id = await db.write(() => {
    const before = poolId === null ? null : findPoolOrThrow(db, poolId);
    const { columns, problems } = readPool(
      before ? { nombre: before.nombre, descripcion: before.descripcion, activo: String(before.activo), ...form } : form,
    );
    const own = poolId ?? newId(clock.now());
    if (db.sql('SELECT 1 FROM pools WHERE lower(nombre) = lower(?) AND pool_id <> ?').get(columns.nombre, own))
      problems.nombre = `Ya hay un pool «${columns.nombre}».`;
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    db.sql(
      `INSERT INTO pools (pool_id, nombre, descripcion, activo) VALUES (@own, @nombre, @descripcion, @activo)
       ON CONFLICT (pool_id) DO UPDATE SET nombre = @nombre, descripcion = @descripcion, activo = @activo`,
    ).run({ own, ...columns });
    const antes = before && { nombre: before.nombre, descripcion: before.descripcion, activo: before.activo };
    const subject = { entidad: 'pool', entidadId: own, ...(antes && { antes }), despues: columns };
    audit(db, isoNow(clock), { ...who, accion: before ? 'editar' : 'crear', ...subject });
    return own;
  });
  hub.changed({ entity: 'robot' });
  hub.changed({ entity: 'equipo' });
  return id;
};
