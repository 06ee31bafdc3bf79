import { raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { CerebroError } from '#server/lib/errors.ts';
import type { Tally } from './tally.ts';

/** The source can be read and refuses to be written. */
export const refusedCode = 'origen_no_admite_reclamar';

/**
 * What fails a cycle in which claims were tried, one of them failed and not one recurso was claimed; null for any other,
 * and when they only failed because somebody has those very rows in hand.
 */
export const failureOfClaims = (tally: Tally): OrigenError | null => {
  const cause = [...tally.refused.values()].find((error) => !(error instanceof OrigenError && error.held));
  if (!cause || tally.totals().claimed > 0) return null;
  const transient = passes(cause);
  const what = transient ? 'y por ahora no deja reclamar' : 'y no admite reclamar';
  return new OrigenError(refusedCode, `El origen se deja leer ${what}. ${cause.message}`, { cause, transient });
};

const passes = (error: Error): boolean => error instanceof CerebroError && error.transient;

/**
 * Keeps one aviso open per organismo whose claims the source refuses, until a cycle goes to its end without that
 * (`whole`). Call inside a transaction.
 */
export const tellRefused = (db: Db, at: string, { refused }: Tally, whole: boolean): void => {
  for (const siteId of whole ? refusedBefore(db) : []) if (!refused.has(siteId)) resolve(db, at, claveOf(siteId));
  for (const [siteId, error] of refused)
    raise(db, at, { clave: claveOf(siteId), ambito: 'SISTEMA', ...(passes(error) ? passing : lasting)(siteId, error.message) });
};

const lasting = (siteId: string, why: string) =>
  ({
    nivel: 'ALTO',
    naturaleza: 'PERMANENTE',
    titulo: `El origen no admite reclamar los recursos de ${siteId}`,
    detalle: `${why} Cada ciclo lo intenta de nuevo.`,
    acciones: [
      'Compruebe que el usuario de ORIGEN_URL puede escribir en la tabla de recursos (docs/sql-server.md).',
      'Pruébelo con «npm run doctor».',
    ],
  }) as const;

const passing = (siteId: string, why: string) =>
  ({
    nivel: 'MEDIO',
    naturaleza: 'TRANSITORIO',
    titulo: `No se han podido reclamar algunos recursos de ${siteId}`,
    detalle: `${why} El próximo ciclo lo intenta de nuevo.`,
    acciones: ['Espere al próximo ciclo: suele pasar solo.', 'Si sigue, mire en Ciclos y hable con quien lleva el origen.'],
  }) as const;

const claveOf = (siteId: string): string => `${refusedCode}:${siteId}`;

const refusedBefore = (db: Db): string[] =>
  db
    .sql(`SELECT substr(clave, ?) AS siteId FROM avisos WHERE estado = 'abierto' AND clave >= ? AND clave < ?`)
    .all(refusedCode.length + 2, `${refusedCode}:`, `${refusedCode};`)
    .map((row) => row.siteId as string);
