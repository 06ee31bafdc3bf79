import { isOpen } from '#server/avisos/queries.ts';
import { raise, resolve } from '#server/avisos/raise.ts';
import { copyClave } from '#server/datos/copiar.ts';
import { lastCopies, unfinishedSince } from '#server/datos/queries.ts';
import { copyIsLate } from '#server/datos/rules.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { createFormat } from '#server/lib/format.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';

const clave = 'copia_atrasada';

/**
 * Copies that are begun and never come to a good end, whatever the reason: cut short by one death after another, none of them is a failure
 * that somebody was told. A house that was stopped for long has not tried yet.
 */
export const tellLateCopies = async (deps: Pick<Deps, 'db' | 'clock' | 'config'>): Promise<void> => {
  const { db, clock, config } = deps;
  const { good } = lastCopies(db);
  const tries = unfinishedSince(db, good);
  const hours = readLiveSettings(db, config).COPIA_INTERVALO_HORAS;
  const late = tries.count > 0 && copyIsLate(good ?? tries.first, hours, isoNow(clock));
  // Why the last one failed is told already.
  if (late === isOpen(db, clave) || (late && isOpen(db, copyClave))) return;
  await db.write(() => (late ? tell(deps, good, tries.count) : resolve(db, isoNow(clock), clave)));
};

const tell = ({ db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>, good: string | null, tries: number): void => {
  const { instant } = createFormat(config.TZ_NEGOCIO, clock);
  const since = good === null ? 'Todavía no hay ninguna copia buena' : `La última copia buena es del ${instant(good).text}`;
  raise(db, isoNow(clock), {
    ...({ clave, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' } as const),
    titulo: 'Las copias de seguridad no llegan a terminar',
    detalle: `${since}, y ${tries === 1 ? 'la que se empezó después no terminó' : `las ${tries} que se empezaron después no terminaron`}.`,
    acciones: [
      'Mire en la página Datos cómo acabó cada una.',
      'Si Cerebro se para una y otra vez, mire los arranques en Sistema.',
      'Pulse «Copiar ahora» y espere a verla «Comprobada».',
    ],
  });
};
