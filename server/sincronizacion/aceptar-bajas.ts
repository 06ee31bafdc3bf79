import { resolve } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { dubiousNames, flagDubious } from './dudosas.ts';
import { lastSyncs, type Que } from './queries.ts';
import { claveBajas } from './record.ts';

/** More names in one entry of the audit would hide the others. */
const namesTold = 50;

/**
 * A person says that what the last listing did not bring is really gone: exactly those are given up, and the listing counts as good.
 * @param seen how many the person was shown: if it is another number by now, nothing is done
 * @throws NotFoundError when none waits, InvalidInputError
 */
export const aceptarBajas = async (deps: Pick<Deps, 'clock' | 'db' | 'hub'>, que: Que, seen: string, who: Who): Promise<number> => {
  const { db, clock, hub } = deps;
  const many = await db.write(() => {
    const names = dubiousNames(db, que);
    if (names.length === 0) throw new NotFoundError('No hay ninguna baja que confirmar: la última lista de A360 ya se dio por buena.');
    if (seen !== String(names.length)) throw new InvalidInputError({ bajas: changed(names.length) });
    const at = isoNow(clock);
    flagDubious(db, que);
    acceptListing(db, que, names.length, who);
    if (lastSyncs(db).every(({ outcome }) => outcome === 'ok')) resolve(db, at, claveBajas);
    const despues = { bajas: names.length, nombres: names.slice(0, namesTold) };
    audit(db, at, { ...who, accion: 'aceptar', entidad: 'sincronizacion', entidadId: que, despues });
    return names.length;
  });
  hub.changed({ entity: que === 'robots' ? 'robot' : 'equipo' });
  return many;
};

const changed = (now: number): string => `Ahora faltan ${now}: la lista de A360 ha cambiado mientras la miraba. Vuelva a mirarla.`;

/** From now on what is known is what that listing said. */
const acceptListing = (db: Deps['db'], que: Que, many: number, { usuario }: Who): void => {
  db.sql(
    `UPDATE sincronizaciones SET outcome = 'ok', ausentes = ausentes + @many, mensaje = @mensaje
      WHERE sincronizacion_id = (SELECT max(sincronizacion_id) FROM sincronizaciones WHERE que = @que AND outcome = 'sin_ausencias')`,
  ).run({ que, many, mensaje: `${usuario} ha dado por buenas las bajas.` });
};
