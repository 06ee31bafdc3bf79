import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoIn, isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { readSilencio, type Texts } from './fields.ts';

/**
 * Nobody is written to for some hours (`horas`) about what begins with `prefijo` (all of it when empty), CRITICO only where `criticos` = 1.
 * The newest about the same holds, also when it is shorter.
 * @throws InvalidInputError by field
 */
export const silenciar = async ({ db, clock, hub }: Pick<Deps, 'db' | 'clock' | 'hub'>, form: Texts, who: Who): Promise<void> => {
  const { prefijo, motivo, horas, criticos, problems } = readSilencio(form);
  if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  await db.write(() => {
    const hasta = isoIn(clock, horas * 3_600_000);
    // One of the same takes its place: whoever lifts it later is written to again.
    db.sql(
      `UPDATE silencios SET levantado_at = @at WHERE prefijo = @prefijo AND criticos = @criticos AND levantado_at IS NULL AND hasta > @at`,
    ).run({ prefijo, criticos: criticos ? 1 : 0, at: isoNow(clock) });
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
