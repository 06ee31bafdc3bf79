import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { settings } from '#server/settings.ts';
import { readLiveSettings } from './ajustes.ts';
import { applyLevel } from './log-files.ts';

type LevelDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'log' | 'hub'>;

/** From now on the logs are this detailed, also after the next start. @throws InvalidInputError at `nivel`. */
export const ponerNivel = async (deps: LevelDeps, nivel: string, who: Who): Promise<void> => {
  const { db, clock, config, hub } = deps;
  const read = settings.LOG_NIVEL.schema.safeParse(nivel);
  if (!read.success) throw new InvalidInputError({ nivel: `El detalle ${read.error.issues[0]?.message}.` });
  await db.write(() => {
    const at = isoNow(clock);
    const antes = { valor: readLiveSettings(db, config).LOG_NIVEL };
    db.sql(
      `INSERT INTO ajustes (clave, valor, updated_at, updated_by) VALUES ('LOG_NIVEL', @valor, @at, @usuario)
       ON CONFLICT (clave) DO UPDATE SET valor = @valor, updated_at = @at, updated_by = @usuario`,
    ).run({ valor: read.data, at, usuario: who.usuario });
    audit(db, at, { ...who, accion: 'editar', entidad: 'ajuste', entidadId: 'LOG_NIVEL', antes, despues: { valor: read.data } });
  });
  applyLevel(deps);
  hub.changed({ entity: 'any' });
};
