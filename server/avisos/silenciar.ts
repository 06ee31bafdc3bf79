import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoIn, isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { readSilencio, type Texts } from './fields.ts';

/**
 * Nobody is written to for some hours (`horas`) about what begins with `prefijo` (all of it when empty), CRITICO only where `criticos` = 1.
 * @throws InvalidInputError by field
 */
export const silenciar = async ({ db, clock, hub }: Pick<Deps, 'db' | 'clock' | 'hub'>, form: Texts, who: Who): Promise<void> => {
  const { prefijo, motivo, horas, criticos, problems } = readSilencio(form);
  if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  await db.write(() => {
    const hasta = isoIn(clock, horas * 3_600_000);
    const row = { prefijo, criticos: criticos ? 1 : 0, motivo, hasta };
    const { lastInsertRowid } = db
      .sql(
        `INSERT INTO silencios (prefijo, criticos, motivo, desde, hasta, usuario) VALUES (@prefijo, @criticos, @motivo, @at, @hasta, @usuario)`,
      )
      .run({ ...row, at: isoNow(clock), usuario: who.usuario });
    audit(db, isoNow(clock), {
      ...who,
      accion: 'silenciar',
      entidad: 'silencio',
      entidadId: Number(lastInsertRowid),
      despues: row,
      motivo,
    });
  });
  hub.changed({ entity: 'aviso' });
};
