import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';

/** The cycle runs by itself again. Answers whether it was paused. */
export const reanudarCiclo = async (
  { db, clock, hub, wake }: Pick<Deps, 'db' | 'clock' | 'hub' | 'wake'>,
  ciclo: string,
  who: Who,
): Promise<boolean> => {
  const wasPaused = await db.write(() => {
    const antes = db.sql('DELETE FROM ciclos_pausados WHERE ciclo = ? RETURNING motivo, usuario, desde').get(ciclo);
    if (!antes) return false;
    const at = isoNow(clock);
    record(db, at, { entity: 'cycle', entityId: ciclo, kind: 'resumed', actor: who.usuario });
    audit(db, at, { ...who, accion: 'reanudar', entidad: 'ciclo', entidadId: ciclo, antes });
    return true;
  });
  if (!wasPaused) return false;
  hub.changed({ entity: 'cycle', id: ciclo });
  // Its trámites come due by an alarm that found it paused; the other cycles look by themselves.
  if (ciclo === 'despachar') wake('despachar');
  return true;
};
