import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError, WrongStateError } from '#server/lib/errors.ts';

/** Somebody takes care of it: no more mails until it ends or gets worse. @throws NotFoundError, WrongStateError when it is over */
export const marcarVisto = async ({ db, clock, hub }: Pick<Deps, 'db' | 'clock' | 'hub'>, id: number, who: Who): Promise<void> => {
  await db.write(() => {
    const aviso = db.sql('SELECT estado, titulo, visto_por AS visto FROM avisos WHERE aviso_id = ?').get(id);
    if (!aviso) throw new NotFoundError('Ese aviso no existe.');
    if (aviso.estado !== 'abierto') throw new WrongStateError('aviso_resuelto', 'Ese aviso ya ha terminado.');
    if (aviso.visto !== null) return;
    db.sql('UPDATE avisos SET visto_at = ?, visto_por = ? WHERE aviso_id = ?').run(isoNow(clock), who.usuario, id);
    audit(db, isoNow(clock), { ...who, accion: 'marcar_visto', entidad: 'aviso', entidadId: id, despues: { titulo: aviso.titulo } });
  });
  hub.changed({ entity: 'aviso', id });
};
