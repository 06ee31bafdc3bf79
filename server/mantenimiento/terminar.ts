import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { maintenanceOf } from './queries.ts';

/** Work begins again. Answers whether the house was paused. */
export const terminar = async ({ db, clock, hub, wake }: Pick<Deps, 'db' | 'clock' | 'hub' | 'wake'>, who: Who): Promise<boolean> => {
  const wasPaused = await db.write(() => {
    const antes = maintenanceOf(db);
    if (!antes) return false;
    const at = isoNow(clock);
    db.sql('UPDATE mantenimiento SET activo = 0, motivo = NULL, usuario = ?, desde = ? WHERE id = 1').run(who.usuario, at);
    record(db, at, { entity: 'sistema', entityId: 1, kind: 'maintenance_ended', actor: who.usuario });
    audit(db, at, { ...who, accion: 'reanudar', entidad: 'sistema', antes });
    return true;
  });
  if (!wasPaused) return false;
  hub.changed({ entity: 'any' });
  wake('despachar');
  return true;
};
