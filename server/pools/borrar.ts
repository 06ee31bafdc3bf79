import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { findPoolOrThrow, type PoolDeps } from './guardar.ts';

/** Deletes a pool; its robots and equipos go to the General one. That of the threads of this machine stays. @throws NotFoundError */
export const borrarPool = async ({ db, clock, hub }: PoolDeps, poolId: string, who: Who): Promise<void> => {
  await db.write(() => {
    const { nombre, robots, equipos } = findPoolOrThrow(db, poolId);
    for (const table of ['robots', 'equipos']) db.sql(`UPDATE ${table} SET pool_id = NULL WHERE pool_id = ?`).run(poolId);
    db.sql('DELETE FROM pools WHERE pool_id = ?').run(poolId);
    const subject = { entidad: 'pool', entidadId: poolId, antes: { nombre, robots, equipos } };
    audit(db, isoNow(clock), { ...who, accion: 'borrar', ...subject });
  });
  hub.changed({ entity: 'robot' });
  hub.changed({ entity: 'equipo' });
};
