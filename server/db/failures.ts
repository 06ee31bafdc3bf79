import type Database from 'better-sqlite3';
import { asError, CerebroError } from '#server/lib/errors.ts';

type Told = { readonly code: string; readonly sentence: (dataDir: string) => string };

const full: Told = {
  code: 'disco_lleno',
  sentence: (dataDir) => `El disco de la carpeta de datos ${dataDir} está lleno: libere espacio o use otra carpeta (DATA_DIR).`,
};

const readOnly: Told = {
  code: 'carpeta_no_valida',
  sentence: (dataDir) =>
    `No se puede escribir en la carpeta de datos ${dataDir}, o en un archivo de ella: dé permiso a la cuenta con la que corre Cerebro o use otra (DATA_DIR).`,
};

const broken: Told = {
  code: 'base_danada',
  sentence: (dataDir) =>
    `La base de datos de ${dataDir} está dañada: no la borre. Pare Cerebro y recupere la última copia de seguridad; el manual dice cómo.`,
};

const unreadable: Told = {
  code: 'disco_falla',
  sentence: (dataDir) => `El disco de la carpeta de datos ${dataDir} falla al leer o al escribir: compruebe el disco o la carpeta de red.`,
};

/** By the beginning of the code that SQLite or the system gives. */
const known: readonly (readonly [prefix: string, told: Told])[] = [
  ['SQLITE_FULL', full],
  ['ENOSPC', full],
  ['EDQUOT', full],
  ['SQLITE_NOTADB', broken],
  ['SQLITE_CORRUPT', broken],
  ['SQLITE_READONLY', readOnly],
  ['SQLITE_CANTOPEN', readOnly],
  ['SQLITE_PERM', readOnly],
  ['EACCES', readOnly],
  ['EPERM', readOnly],
  ['EROFS', readOnly],
  ['ENOTDIR', readOnly],
  ['SQLITE_IOERR', unreadable],
  ['EIO', unreadable],
];

/** What the data folder failed with, as a sentence a person can act on; anything else as it was thrown. */
export const folderFailure = (thrown: unknown, dataDir: string): Error => {
  const error = asError(thrown);
  if (error instanceof CerebroError) return error;
  const { code } = error as { code?: string };
  const told = known.find(([prefix]) => code?.startsWith(prefix))?.[1];
  return told ? new CerebroError(told.code, told.sentence(dataDir), { cause: error, transient: told === full }) : error;
};

/** Reads the whole file for what a death may have broken. @throws CerebroError `base_danada` */
export const refuseBroken = (sqlite: Database.Database, dataDir: string): void => {
  const verdict = String(sqlite.pragma('quick_check(1)', { simple: true }));
  if (verdict === 'ok') return;
  throw new CerebroError(broken.code, broken.sentence(dataDir), { cause: new Error(verdict) });
};
