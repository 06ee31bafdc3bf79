import { raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { A360Error } from '#server/gateways/a360/a360.ts';
import { LoadError } from '#server/gateways/carga/carga.ts';
import { CorreoError } from '#server/gateways/correo/correo.ts';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError, CerebroError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { cycleWord } from '#server/sistema/words.ts';

/** What may pass by itself is told when it has come so many times in a row. */
const tolerated = 3;

/** Failures in a row, by database and cycle. */
const streaks = new WeakMap<Db, Map<string, number>>();

const streakOf = (db: Db): Map<string, number> => {
  const known = streaks.get(db) ?? new Map<string, number>();
  streaks.set(db, known);
  return known;
};

const claveOf = (cycle: string): string => `ciclo_caido:${cycle}`;

/** Runs a cycle and tells when it fails for a reason nobody else tells; a good end says it works again. @throws what the cycle throws */
export const watchCycle = async <T>(
  deps: Pick<Deps, 'db' | 'clock' | 'log'>,
  cycle: string,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> => {
  const { log } = deps;
  try {
    const done = await run();
    await works(deps, cycle).catch((error: unknown) =>
      log.warn({ err: error, cycle }, 'no se ha podido anotar que un ciclo vuelve a funcionar'),
    );
    return done;
  } catch (error) {
    if (!signal.aborted)
      await fails(deps, cycle, error).catch((inner: unknown) =>
        log.warn({ err: inner, cycle }, 'no se ha podido avisar de que un ciclo falla'),
      );
    throw error;
  }
};

const works = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>, cycle: string): Promise<void> => {
  streakOf(db).delete(cycle);
  if (!isOpen(db, claveOf(cycle))) return;
  await db.write(() => resolve(db, isoNow(clock), claveOf(cycle)));
};

const fails = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>, cycle: string, thrown: unknown): Promise<void> => {
  const error = asError(thrown);
  const times = (streakOf(db).get(cycle) ?? 0) + 1;
  streakOf(db).set(cycle, times);
  const passes = error instanceof CerebroError && error.transient && times < tolerated;
  if (passes || isExplained(db, error)) return;
  await db.write(() =>
    raise(db, isoNow(clock), {
      ...{ clave: claveOf(cycle), nivel: 'CRITICO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' },
      titulo: `El ciclo «${cycleWord(cycle)}» ha fallado`,
      detalle: `${error.message} Se vuelve a intentar solo.`,
      datos: { Ciclo: cycleWord(cycle), Error: error instanceof CerebroError ? error.code : error.name },
      acciones: ['Mire en Sistema si hay alguna puerta cerrada.', 'Si el fallo sigue, mande el registro a quien mantiene Cerebro.'],
    }),
  );
};

/** Another aviso says it already, or it is an answer and no failure. */
const isExplained = (db: Db, error: Error): boolean => {
  if (error instanceof CorreoError || error instanceof WrongStateError || error instanceof NotFoundError) return true;
  // Whoever watches the disk tells it, within a minute.
  if (error instanceof CerebroError && error.code === 'disco_lleno') return true;
  // Each source of tickets has an aviso of its own, when it has failed often enough.
  if (error instanceof LoadError) return true;
  if (error instanceof OrigenError) return isOpen(db, 'origen_');
  return error instanceof A360Error && isOpen(db, 'a360_');
};

const isOpen = (db: Db, start: string): boolean =>
  db.sql(`SELECT 1 FROM avisos WHERE estado = 'abierto' AND substr(clave, 1, length(@start)) = @start LIMIT 1`).get({ start }) !==
  undefined;
