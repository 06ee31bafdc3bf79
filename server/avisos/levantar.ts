import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';

/** A silence ends before its time. @throws NotFoundError when it does not hold any more */
export const levantar = async ({ db, clock, hub }: Pick<Deps, 'db' | 'clock' | 'hub'>, id: number, who: Who): Promise<void> => {
  await db.write(() => {
    const at = isoNow(clock);
    const { changes } = db
      .sql('UPDATE silencios SET levantado_at = @at WHERE silencio_id = @id AND levantado_at IS NULL AND hasta > @at')
      .run({ at, id });
    if (changes === 0) throw new NotFoundError('Ese silencio ya no está en vigor.');
    audit(db, at, { ...who, accion: 'levantar', entidad: 'silencio', entidadId: id });
  });
  hub.changed({ entity: 'aviso' });
};
