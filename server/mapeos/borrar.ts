import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import type { MapeoDeps } from './crear.ts';
import { findMapeo } from './queries.ts';

/** Deletes a mapeo: from the next count on that name goes to the robot of the same name, or to nobody. @throws NotFoundError */
export const borrarMapeo = async ({ db, clock, hub }: MapeoDeps, mapeoId: number, who: Who): Promise<void> => {
  await db.write(() => {
    const mapeo = findMapeo(db, mapeoId);
    if (!mapeo) throw new NotFoundError('Ese mapeo ya no existe.');
    const { mapeo_id, robot, ...antes } = mapeo;
    db.sql('DELETE FROM mapeo_robots WHERE mapeo_id = ?').run(mapeo_id);
    audit(db, isoNow(clock), { ...who, accion: 'borrar', entidad: 'mapeo', entidadId: mapeo_id, antes: { ...antes, robot } });
  });
  hub.changed({ entity: 'robot' });
};
