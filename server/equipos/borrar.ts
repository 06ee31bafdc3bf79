import type { Db } from '#server/db/open.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import type { EquipoDeps } from './anadir.ts';
import { findEquipoOrThrow } from './editar.ts';
import type { Equipo } from './queries.ts';

/**
 * Deletes a machine somebody added by hand and nothing refers to: what ran there, or is meant to, would be left without its machine.
 * @throws NotFoundError, InvalidInputError with the reason under `borrar`
 */
export const borrarEquipo = async ({ db, clock, hub }: EquipoDeps, equipoId: string, who: Who): Promise<void> => {
  await db.write(() => {
    const equipo = findEquipoOrThrow(db, equipoId);
    const why = whyNotDeleted(db, equipo);
    if (why !== null) throw new InvalidInputError({ borrar: why });
    db.sql('DELETE FROM suspensiones WHERE equipo_id = ?').run(equipoId);
    db.sql('DELETE FROM equipos WHERE equipo_id = ?').run(equipoId);
    const antes = { equipo: equipo.equipo, user_id: equipo.user_id, pool_id: equipo.pool_id };
    audit(db, isoNow(clock), { ...who, accion: 'borrar', entidad: 'equipo', entidadId: equipoId, antes });
  });
  hub.changed({ entity: 'equipo', id: equipoId });
};

/** null = it can be. */
export const whyNotDeleted = (db: Db, { equipo_id: id, manual }: Equipo): string | null => {
  if (manual !== 1) return 'Este equipo viene de A360: desaparece solo cuando A360 deja de mostrarlo. Póngalo en mantenimiento.';
  if (db.sql('SELECT 1 FROM asignaciones WHERE equipo_id = ? LIMIT 1').get(id))
    return 'Hay robots que lo tienen asignado: quíteselo antes a esos robots o a sus programaciones.';
  if (db.sql('SELECT 1 FROM ejecuciones WHERE equipo_id = ? LIMIT 1').get(id))
    return 'Ya ha trabajado y su historia cuenta con él: póngalo en mantenimiento.';
  return null;
};
