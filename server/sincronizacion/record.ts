import { raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { Merged } from './merge-robots.ts';
import type { Que } from './queries.ts';

/** How one half of a sync ended. */
export type Half =
  | { readonly que: Que; readonly ok: true; readonly merged: Merged; readonly note: string | null }
  | { readonly que: Que; readonly ok: false; readonly error: Error };

/** One row in `sincronizaciones`. Call inside a transaction. */
export const writeHalf = (db: Db, startedAt: string, endedAt: string, half: Half): void => {
  const merged = half.ok ? half.merged : { vistos: 0, nuevos: 0, cambiados: 0, ausentes: 0 };
  const { vistos, nuevos, cambiados, ausentes } = merged;
  db.sql(
    `INSERT INTO sincronizaciones (que, started_at, ended_at, outcome, vistos, nuevos, cambiados, ausentes, mensaje)
     VALUES (@que, @startedAt, @endedAt, @outcome, @vistos, @nuevos, @cambiados, @ausentes, @mensaje)`,
  ).run({ que: half.que, startedAt, endedAt, outcome: outcomeOf(half), vistos, nuevos, cambiados, ausentes, mensaje: messageOf(half) });
};

const outcomeOf = (half: Half): string => {
  if (!half.ok) return 'failed';
  return half.merged.doubt === null ? 'ok' : 'sin_ausencias';
};

const messageOf = (half: Half): string | null => {
  if (!half.ok) return half.error.message;
  return [half.merged.doubt, half.merged.told, half.note].filter(Boolean).join(' ') || null;
};

export const claveBajas = 'a360_sync_bajas';
const claveParte = (que: Que): string => `a360_sync:${que}`;

/**
 * Absences nobody believes are told until a good listing comes; so is a half that could not be brought while the other was. Where
 * nothing at all could be brought, whoever runs the cycle tells it. Call inside a transaction.
 */
export const tellHalves = (db: Db, at: string, halves: readonly Half[]): void => {
  tellDoubts(db, at, halves);
  if (halves.every((half) => !half.ok)) return;
  for (const half of halves) {
    if (half.ok) resolve(db, at, claveParte(half.que));
    else
      raise(db, at, {
        ...{ clave: claveParte(half.que), nivel: 'MEDIO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' },
        titulo: `No se han podido sincronizar los ${half.que} con A360`,
        detalle: `${half.error.message} Lo demás se sincroniza; se sigue con lo que se conocía.`,
        acciones: [`Compruebe en el Control Room que la cuenta de AA_USER puede ver los ${half.que}.`, 'Sincronice otra vez en Equipos.'],
      });
  }
};

const tellDoubts = (db: Db, at: string, halves: readonly Half[]): void => {
  const doubts = halves.flatMap((half) => (half.ok && half.merged.doubt !== null ? [half.merged.doubt] : []));
  if (doubts.length > 0)
    raise(db, at, {
      ...{ clave: claveBajas, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'UMBRAL' },
      titulo: 'A360 ha dejado de mostrar demasiados robots o equipos',
      detalle: `${doubts.join(' ')} Mientras tanto no se da de baja nada.`,
      acciones: [
        'Compruebe en el Control Room los permisos de la cuenta y que sigan allí.',
        'Si es verdad que ya no están, un administrador lo confirma en Robots y en Equipos («Dar por buenas las bajas»).',
      ],
    });
  else if (halves.every((half) => half.ok)) resolve(db, at, claveBajas);
};
