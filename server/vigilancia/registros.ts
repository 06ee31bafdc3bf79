import { isOpen } from '#server/avisos/queries.ts';
import { raise, resolve } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { troubleOf } from '#server/lib/log.ts';

const clave = 'registros';

/** Logs that are not being written are missed only on the day somebody needs them: it is told while nothing else is wrong. */
export const tellUnwritten = async ({ db, clock, log }: Pick<Deps, 'db' | 'clock' | 'log'>): Promise<void> => {
  const trouble = troubleOf(log);
  const isTold = isOpen(db, clave);
  if (isTold === (trouble !== null)) return;
  await db.write(() => {
    if (trouble === null) return resolve(db, isoNow(clock), clave);
    raise(db, isoNow(clock), {
      ...{ clave, nivel: 'MEDIO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' },
      titulo: 'Los registros no se pueden escribir',
      detalle: trouble,
      acciones: [
        'Mire si el disco está lleno, si la carpeta existe y si la cuenta del servicio puede escribir en ella.',
        'No hace falta reiniciar: Cerebro lo vuelve a intentar solo.',
      ],
    });
  });
};
