import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { raise } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';

/** The aviso of a process that the watchdog ended. */
export const blockedClave = 'bloqueo';

/** Where the watchdog leaves why it ended the process. */
export const blockedNoteOf = (dataDir: string): string => join(dataDir, 'bloqueo.json');

/** Tells, at the start after it, that the watchdog ended the process. Call before this start is written down. */
export const tellBlocked = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>, dataDir: string): Promise<void> => {
  const note = blockedNoteOf(dataDir);
  const seconds = secondsIn(note);
  if (seconds === null) return;
  const why = `El bucle de sucesos llevaba ${seconds} s parado: el vigilante terminó el proceso.`;
  await db.write(() => {
    db.sql(
      `UPDATE arranques SET motivo = ? WHERE terminado_at IS NULL AND motivo IS NULL
          AND arranque_id = (SELECT max(arranque_id) FROM arranques)`,
    ).run(why);
    raise(db, isoNow(clock), {
      ...({ clave: blockedClave, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' } as const),
      titulo: 'Cerebro se quedó bloqueado y ha vuelto a empezar',
      detalle: `${why} Lo que estaba a medias ha vuelto a su sitio.`,
      acciones: [
        'Mire si la carpeta de datos o la de las copias está en un disco o en una red que no contesta.',
        'Si se repite, descargue en Sistema el paquete de soporte y mándelo a quien mantiene Cerebro.',
      ],
    });
  });
  rmSync(note, { force: true });
};

/** null = the watchdog did not end it. One that was cut short says only that it did. */
const secondsIn = (note: string): number | null => {
  try {
    return Number((JSON.parse(readFileSync(note, 'utf8')) as { seconds?: unknown }).seconds ?? 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === undefined ? 0 : null;
  }
};
