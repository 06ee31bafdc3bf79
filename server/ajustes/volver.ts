import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import type { EditableKey } from '#server/settings.ts';
import { isOwnNote, readLiveSettings, settingNamed } from '#server/sistema/ajustes.ts';
import type { AjustesDeps } from './guardar.ts';
import { storedSetting } from './queries.ts';
import { textOfValue } from './rules.ts';

/** Takes the panel's value away: what the environment, `.env` or the default says holds again, at once. @throws NotFoundError */
export const volverAjuste = async ({ db, clock, config, hub }: AjustesDeps, key: string, who: Who): Promise<void> => {
  await db.write(() => {
    const row = isOwnNote(key) ? undefined : storedSetting(db, key);
    if (!row) throw new NotFoundError(`El panel no tiene ningún valor de «${key}»: ya vale el de fuera.`);
    // What somebody wrote by hand under another name may be anything, a password too.
    const setting = settingNamed(key);
    const isTold = setting?.editable === true;
    const antes = { valor: isTold ? row.valor : '(oculto)' };
    db.sql('DELETE FROM ajustes WHERE clave = ?').run(key);
    const despues = isTold ? { valor: textOfValue(readLiveSettings(db, config)[setting.key as EditableKey]) } : undefined;
    audit(db, isoNow(clock), { ...who, accion: 'volver', entidad: 'ajuste', entidadId: key, antes, despues });
  });
  hub.changed({ entity: 'ajuste', id: key });
};
