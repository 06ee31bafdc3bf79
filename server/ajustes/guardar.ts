import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import type { EditableKey } from '#server/settings.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { readForm, type Texts, textOfValue } from './rules.ts';

export type AjustesDeps = Pick<Deps, 'clock' | 'config' | 'db' | 'hub'>;

/**
 * Keeps in the panel the values that differ from those that hold now, all or none; every reader sees them at once. Answers which.
 * What already holds is not kept: a value is never copied here from outside. @throws InvalidInputError by setting
 */
export const guardarAjustes = async (deps: AjustesDeps, form: Texts, who: Who): Promise<readonly string[]> => {
  const { db, clock, config, hub } = deps;
  const { texts, problems } = readForm(form);
  if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  const changed = await db.write(() => {
    const before = readLiveSettings(db, config);
    const different = Object.entries(texts).filter(([key, text]) => textOfValue(before[key as EditableKey]) !== text);
    for (const [key, valor] of different) {
      db.sql(
        `INSERT INTO ajustes (clave, valor, updated_at, updated_by) VALUES (@key, @valor, @at, @usuario)
         ON CONFLICT (clave) DO UPDATE SET valor = excluded.valor, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
      ).run({ key, valor, at: isoNow(clock), usuario: who.usuario });
      const antes = { valor: textOfValue(before[key as EditableKey]) };
      audit(db, isoNow(clock), { ...who, accion: 'editar', entidad: 'ajuste', entidadId: key, antes, despues: { valor } });
    }
    return different.map(([key]) => key);
  });
  for (const key of changed) hub.changed({ entity: 'ajuste', id: key });
  return changed;
};
