import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, WrongStateError } from '#server/lib/errors.ts';
import { maintenanceOf } from './queries.ts';
import { wrongReason } from './rules.ts';

/**
 * From now on nothing new begins, until somebody ends it, also after a restart; what is under way ends.
 * @throws InvalidInputError at `motivo`; WrongStateError `ya_en_mantenimiento`
 */
export const empezar = async ({ db, clock, hub }: Pick<Deps, 'db' | 'clock' | 'hub'>, motivo: string, who: Who): Promise<void> => {
  const wrong = wrongReason(motivo);
  if (wrong) throw new InvalidInputError({ motivo: wrong });
  await db.write(
    () => {
      const already = maintenanceOf(db);
      if (already) throw new WrongStateError('ya_en_mantenimiento', `Ya está en mantenimiento: ${already.usuario}, ${already.motivo}`);
      const at = isoNow(clock);
      db.sql(
        `INSERT INTO mantenimiento (id, activo, motivo, usuario, desde) VALUES (1, 1, @motivo, @usuario, @at)
         ON CONFLICT (id) DO UPDATE SET activo = 1, motivo = @motivo, usuario = @usuario, desde = @at`,
      ).run({ motivo, usuario: who.usuario, at });
      record(db, at, { entity: 'sistema', entityId: 1, kind: 'maintenance_began', data: { motivo }, actor: who.usuario });
      audit(db, at, { ...who, accion: 'pausar', entidad: 'sistema', motivo });
    },
    { durable: true },
  );
  hub.changed({ entity: 'any' });
};
