import { isOpen } from '#server/avisos/queries.ts';
import { raise, resolve } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import { createFormat } from '#server/lib/format.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { removeFolders } from './evidencias.ts';
import { lastTold } from './queries.ts';
import { remove } from './remove.ts';
import { kept } from './retencion.ts';
import { keepFrom, leaps, workDueAt } from './rules.ts';

export type CleanDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'log' | 'evidence' | 'hub'>;

type Removed = { readonly que: string; readonly count: number; readonly bytes: number | null; readonly limit: string };

/**
 * Removes everything that is older than it is kept, table by table, with pauses; one that fails does not stop the others. No VACUUM: what is
 * freed inside the file is used again, and giving it back would rewrite the whole file while nobody else could write.
 */
export const clean = async (deps: CleanDeps, signal: AbortSignal, who?: Who): Promise<number> => {
  const settings = readLiveSettings(deps.db, deps.config);
  const now = deps.clock.now();
  const done: Removed[] = [];
  for (const one of kept) {
    const limit = keepFrom(now, settings[one.setting]);
    if (limit === null || signal.aborted) continue;
    const span = { limit, now: now.toISOString() };
    done.push({ que: one.que, limit, bytes: null, count: await quietly(deps, one.que, () => remove(deps.db, one, span, signal), 0) });
  }
  const limit = keepFrom(now, settings.RETENCION_EVIDENCIAS_DIAS);
  if (limit !== null && !signal.aborted)
    done.push({ que: 'evidencias', limit, ...(await quietly(deps, 'evidencias', () => removeFolders(deps, limit, signal), nothing)) });
  return writeDown(deps, done, who);
};

const nothing = { count: 0, bytes: 0 };

const quietly = async <T>({ log }: CleanDeps, que: string, work: () => Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    log.error({ err: asError(error), que }, 'no se ha podido limpiar del todo; la próxima vez se sigue');
    return otherwise;
  }
};

const writeDown = async ({ db, clock, hub }: CleanDeps, done: readonly Removed[], who?: Who): Promise<number> => {
  const total = done.reduce((sum, { count }) => sum + count, 0);
  await db.write(() => {
    const at = isoNow(clock);
    const insert = db.sql('INSERT INTO limpiezas (at, que, cuantos, bytes, anterior_a) VALUES (?, ?, ?, ?, ?)');
    for (const { que, count, bytes, limit } of done) if (count > 0) insert.run(at, que, count, bytes, limit);
    record(db, at, {
      ...{ entity: 'sistema', entityId: 'retencion', kind: 'cleaned', data: { total } },
      ...(who ? { actor: who.usuario } : {}),
    });
    if (who) audit(db, at, { ...who, accion: 'limpiar', entidad: 'datos', despues: { total } });
    resolve(db, at, waitingClave);
  });
  hub.changed({ entity: 'any' });
  return total;
};

/**
 * The cycle `limpiar`: cleans when it is due, counted from the last time. Answers how much went; null = it is not due, or waits for a person.
 */
export const cleanWhenDue = async (deps: CleanDeps, signal: AbortSignal): Promise<number | null> => {
  const { db, config, clock } = deps;
  const hours = readLiveSettings(db, config).RETENCION_INTERVALO_HORAS;
  const last = lastTold(db, 'retencion')?.at ?? null;
  const now = isoNow(clock);
  const due = workDueAt(last, hours, now);
  if (due === null || due > now) return null;
  if (!leaps(last, hours, now)) return clean(deps, signal);
  await db.write(() => askFirst(deps, String(last)));
  return null;
};

/** The aviso that stands open while a cleaning waits for a person. */
export const waitingClave = 'limpieza_en_espera';

/** A clock that says 2099 would make everything old. Told once. */
const askFirst = ({ db, clock, config }: CleanDeps, last: string): void => {
  if (isOpen(db, waitingClave)) return;
  const at = isoNow(clock);
  const { instant } = createFormat(config.TZ_NEGOCIO, clock);
  raise(db, at, {
    ...({ clave: waitingClave, nivel: 'MEDIO', ambito: 'SISTEMA', naturaleza: 'UMBRAL' } as const),
    titulo: 'La limpieza espera a una persona',
    detalle: `La última fue el ${instant(last).text} y el reloj dice que hoy es ${instant(at).text}. Por si el reloj está mal, no se quita nada.`,
    acciones: ['Compruebe la fecha de la máquina.', 'Si es correcta, pulse «Limpiar ahora» en Datos: después sigue sola.'],
  });
};
