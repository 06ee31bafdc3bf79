import { copyFileSync, existsSync, linkSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CerebroError } from '#server/lib/errors.ts';
import { markCopy, readMark } from './copy-mark.ts';
import { lookForDamage, lookWhole, type WholeFile } from './look-whole.ts';
import { newestSchema } from './open.ts';

export type Restored = {
  /** The database that was there, under its new name; null when there was none. */
  readonly aside: string | null;
  /** When the copy was made, as it says itself; '' when it does not say. */
  readonly copiadaAt: string;
  readonly whole: WholeFile;
};

/**
 * Puts the copy at `archive` in the place of `dataDir/cerebro.db`, marked as restored. The database that was there stays beside it. Whatever
 * moment it is cut at, there is a whole database in the place. The caller holds the folder's lock.
 * @throws CerebroError `copia_no_valida`, `base_mas_nueva`, `sin_sitio`; the place is as it was then.
 */
export const restoreDatabase = (dataDir: string, archive: string, at: string): Restored => {
  const place = join(dataDir, 'cerebro.db');
  const whole = lookWhole(archive);
  if (whole.schema > newestSchema())
    throw new CerebroError('base_mas_nueva', `${archive} es de una versión de Cerebro más nueva que esta: instale esa versión.`);
  requireRoom(dataDir, archive);
  const copiadaAt = readMark(archive)?.copiadaAt ?? '';
  const coming = `${place}.restaurando`;
  clear(coming);
  copyFileSync(archive, coming);
  // A copy of ours is one file; one that somebody made by hand may have its last changes in a log beside it: marking folds it in.
  if (existsSync(`${archive}-wal`)) copyFileSync(`${archive}-wal`, `${coming}-wal`);
  markCopy(coming, { archivo: archive, copiadaAt, restauradaAt: at });
  lookWhole(coming);
  const aside = existsSync(place) ? putAside(place, `${place}.antes-de-restaurar-${at.replace(/[:.]/g, '-')}`) : null;
  renameSync(coming, place);
  if (aside !== null) markAside(aside, at);
  return { aside, copiadaAt, whole };
};

const requireRoom = (dataDir: string, archive: string): void => {
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize > statSync(archive).size * 1.1) return;
  throw new CerebroError('sin_sitio', `No hay sitio en ${dataDir} para la copia: libere ${Math.ceil(statSync(archive).size / 1e6)} MB.`);
};

/** A second name for the same file, so that the place is never empty; what its log still held is folded into it first. */
const putAside = (place: string, aside: string): string => {
  fold(place);
  try {
    linkSync(place, aside);
  } catch {
    copyFileSync(place, aside);
  }
  // Left only where it could not be folded: it belongs to the old file, and would spoil the new one.
  for (const tail of ['-wal', '-shm']) if (existsSync(place + tail)) renameSync(place + tail, aside + tail);
  return aside;
};

/** From now on it is a copy too: what is filed by the restored house is not in it. A damaged one stays as it is. */
const markAside = (aside: string, at: string): void => {
  try {
    if (lookForDamage(aside) === null) markCopy(aside, { archivo: aside, copiadaAt: at });
  } catch {
    // It cannot be opened: nobody can work with it either.
  }
};

const fold = (place: string): void => {
  try {
    const sqlite = new Database(place, { timeout: 5_000 });
    try {
      sqlite.pragma('wal_checkpoint(TRUNCATE)');
      sqlite.pragma('journal_mode = DELETE');
    } finally {
      sqlite.close();
    }
  } catch {
    // Damaged: that may be why it is replaced. It is kept as it is, with its log.
  }
};

const clear = (file: string): void => {
  for (const tail of ['', '-wal', '-shm', '-journal']) rmSync(file + tail, { force: true });
};

/** Where an archive given by its bare name may lie. */
export const findArchive = (given: string, copies: string): string => {
  const choices = [given, join(copies, given)];
  return choices.find((path) => existsSync(path) && statSync(path).isFile()) ?? given;
};

/** Folder of the copies. */
export const copiesFolder = (config: { readonly DATA_DIR: string; readonly COPIA_DIRECTORIO?: string | undefined }): string =>
  config.COPIA_DIRECTORIO ?? join(config.DATA_DIR, 'copias');
