import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';

/** Robots are launched again. Answers whether somebody was holding it. */
export const soltar = async ({ db, clock, hub, wake }: Pick<Deps, 'db' | 'clock' | 'hub' | 'wake'>, who: Who): Promise<boolean> => {
  const wasHeld = await db.write(() => {
    const antes = db.sql('SELECT motivo, usuario, desde FROM lanzador WHERE id = 1 AND retenido = 1').get();
    if (!antes) return false;
    const at = isoNow(clock);
    db.sql('UPDATE lanzador SET retenido = 0, motivo = NULL, usuario = ?, desde = ? WHERE id = 1').run(who.usuario, at);
    record(db, at, { entity: 'lanzador', entityId: 1, kind: 'let_go', actor: who.usuario });
    audit(db, at, { ...who, accion: 'soltar', entidad: 'lanzador', antes });
    return true;
  });
  if (!wasHeld) return false;
  hub.changed({ entity: 'cycle', id: 'lanzar' });
  wake('lanzar');
  return true;
};
