import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readMark } from '#server/db/copy-mark.ts';
import { copiesFolder } from '#server/db/restore.ts';
import type { Deps } from '#server/deps.ts';
import { asError } from '#server/lib/errors.ts';
import { casaOf } from './casa.ts';

/** A good copy of this house that lies in the folder and is in no row. */
export type Found = { readonly archivo: string; readonly at: string; readonly bytes: number };

/** The name says when; a copy gets it once it was read back whole. */
const nameOfCopy = /^cerebro-(\d{4}-\d\d-\d\dT)(\d\d)(\d\d)(\d\d\.\d{3}Z)\.db$/;

/**
 * Copies made after the one that was put in place: its rows do not know them, so nobody would list nor ever remove them. Those of another
 * house that shares the folder are left alone. The oldest first; one that cannot be read is left out.
 */
export const strayCopies = ({ db, config, log }: Pick<Deps, 'db' | 'config' | 'log'>): readonly Found[] => {
  const folder = copiesFolder(config);
  if (!existsSync(folder)) return [];
  const known = new Set(
    db
      .sql('SELECT archivo FROM copias WHERE archivo IS NOT NULL')
      .all()
      .map((row) => row.archivo),
  );
  const casa = casaOf(config);
  return readdirSync(folder)
    .sort()
    .flatMap((archivo) => {
      const said = nameOfCopy.exec(archivo);
      if (said === null || known.has(archivo)) return [];
      const [, day, hour, minute, rest] = said;
      return isOurs(join(folder, archivo), casa, log)
        ? [{ archivo, at: `${day}${hour}:${minute}:${rest}`, bytes: statSync(join(folder, archivo)).size }]
        : [];
    });
};

const isOurs = (file: string, casa: string, log: Deps['log']): boolean => {
  try {
    return readMark(file)?.casa === casa;
  } catch (error) {
    log.warn({ err: asError(error), archivo: file }, 'no se ha podido mirar de quién es una copia');
    return false;
  }
};

/** Lists them with the others. Call inside a transaction. */
export const adoptCopies = (db: Deps['db'], found: readonly Found[]): void => {
  db.sql(
    `INSERT INTO copias (archivo, motivo, empezada_at, terminada_at, bytes, verificada)
     SELECT value ->> 'archivo', 'periodica', value ->> 'at', value ->> 'at', value ->> 'bytes', 1 FROM json_each(?)`,
  ).run(JSON.stringify(found));
};
