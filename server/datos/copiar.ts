import { existsSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { raise, resolve } from '#server/avisos/raise.ts';
import { copyDatabase, damagedCopy, sentenceOf, stoppedCode } from '#server/db/care.ts';
import type { WholeFile } from '#server/db/look-whole.ts';
import type { Db } from '#server/db/open.ts';
import { copiesFolder } from '#server/db/restore.ts';
import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError, CerebroError, WrongStateError } from '#server/lib/errors.ts';
import { makeFolder } from '#server/lib/make-folder.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { casaOf } from './casa.ts';
import { forgetOldCopies } from './conservar.ts';
import { examine } from './examinar.ts';
import { goodCopies, lastCopies } from './queries.ts';
import { copyDueAt, type LastCopies, withoutFile } from './rules.ts';

export type CopyDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'log' | 'hub'>;

/** The aviso that stands open while the last copy failed. */
export const copyClave = 'copia_fallida';

/** A copy that was begun: its row, its name and its instant. */
type Begun = { readonly id: number; readonly name: string; readonly at: string };

const insert = 'INSERT INTO copias (archivo, motivo, empezada_at) VALUES (?, ?, ?)';

/** Houses that make one now. A row alone does not say so: where the disk was full, nobody could write down how it ended. */
const underWay = new WeakSet<Db>();

/** Writes down that a copy begins. @throws WrongStateError `copia_en_marcha`: one at a time. */
export const beginCopy = async (deps: CopyDeps, motivo: 'periodica' | 'a_mano', who?: Who): Promise<Begun> => {
  const { db } = deps;
  if (underWay.has(db)) throw new WrongStateError('copia_en_marcha', 'Ya se está haciendo una copia: espere a que termine.');
  underWay.add(db);
  try {
    return await writeBegun(deps, motivo, who);
  } catch (error) {
    underWay.delete(db);
    throw error;
  }
};

const writeBegun = ({ db, clock }: CopyDeps, motivo: 'periodica' | 'a_mano', who?: Who): Promise<Begun> =>
  db.write(() => {
    const at = isoNow(clock);
    db.sql(`UPDATE copias SET terminada_at = ?, error = 'No consta cómo terminó.' WHERE terminada_at IS NULL`).run(at);
    const name = `cerebro-${at.replaceAll(':', '')}.db`;
    const id = Number(db.sql(insert).run(name, motivo, at).lastInsertRowid);
    if (who) audit(db, at, { ...who, accion: 'copiar', entidad: 'copia', entidadId: id, despues: { archivo: name } });
    return { id, name, at };
  });

/**
 * Makes the copy, reads it back, and forgets those that are too many. Answers whether it is good; never throws for a copy that failed: that
 * is an aviso, which the next good one ends.
 */
export const makeCopy = async (deps: CopyDeps, begun: Begun, signal: AbortSignal): Promise<boolean> => {
  try {
    const whole = await tryCopy(deps, begun, signal);
    await deps.db.write(() => endWell(deps, begun, whole));
    await forget(deps);
    return true;
  } catch (thrown) {
    await fail(deps, begun, asError(thrown), signal);
    return false;
  } finally {
    underWay.delete(deps.db);
    deps.hub.changed({ entity: 'any' });
  }
};

/** An old one that cannot be removed (somebody is reading it) makes the new one no worse: the next time it goes. */
const forget = (deps: CopyDeps): Promise<void> =>
  forgetOldCopies(deps).catch((error: unknown) => deps.log.warn({ err: asError(error) }, 'no se han podido quitar copias antiguas'));

const fail = async (deps: CopyDeps, begun: Begun, error: Error, signal: AbortSignal): Promise<void> => {
  if (isOf(error, stoppedCode)) deps.log.info({ copia: begun.name }, 'una copia de seguridad se deja para después: Cerebro se para');
  else deps.log.error({ err: error, copia: begun.name }, 'una copia de seguridad ha fallado');
  tidy(deps, begun);
  await deps.db.write(() => endBadly(deps, begun, error));
  // What was copied was not whole: is the database itself?
  if (isOf(error, damagedCopy)) await examine(deps, signal);
};

/** What is left goes with the next copy. */
const tidy = ({ config, log }: CopyDeps, { name }: Begun): void => {
  try {
    removeParts(copiesFolder(config), (left) => left.startsWith(name));
  } catch (error) {
    log.warn({ err: asError(error) }, 'ha quedado una copia a medias');
  }
};

const isOf = (error: Error, code: string): boolean => error instanceof CerebroError && error.code === code;

const tryCopy = async ({ db, clock, config }: CopyDeps, { name, at }: Begun, signal: AbortSignal): Promise<WholeFile> => {
  const folder = copiesFolder(config);
  makeFolder(folder);
  removeParts(folder, leftHere(db, folder, clock.now().getTime()));
  requireRoom(folder, db.sqlite.name, readLiveSettings(db, config).DISCO_LIBRE_MIN_MB);
  return copyDatabase(db, { to: join(folder, name), name, at, casa: casaOf(config) }, signal);
};

/** What a death, or a failure, left half done. */
const removeParts = (folder: string, isLeft: (name: string) => boolean): void => {
  if (!existsSync(folder)) return;
  for (const left of readdirSync(folder)) if (left.includes('.parte') && isLeft(left)) rmSync(join(folder, left), { force: true });
};

const longestCopyMs = 24 * 3_600_000;

/** Another house that shares the folder may be making its own: only what this one began goes, or what nobody has written to for a day. */
const leftHere = (db: Db, folder: string, now: number) => {
  const begun = db.sql('SELECT 1 FROM copias WHERE archivo = ?');
  return (left: string): boolean =>
    left.startsWith('cerebro-') &&
    (begun.get(left.slice(0, left.indexOf('.parte'))) !== undefined || statSync(join(folder, left)).mtimeMs < now - longestCopyMs);
};

/** A copy must not be what fills the disk of the house. */
const requireRoom = (folder: string, file: string, keepFreeMb: number): void => {
  const { bavail, bsize } = statfsSync(folder);
  const same = statSync(folder).dev === statSync(file).dev;
  const needed = statSync(file).size + (same ? keepFreeMb * 1e6 : 0);
  if (bavail * bsize >= needed) return;
  throw new CerebroError('sin_sitio', `No queda sitio en ${folder} para otra copia sin llenar el disco.`);
};

const endWell = ({ db, clock }: CopyDeps, { id }: Begun, whole: WholeFile): void => {
  const at = isoNow(clock);
  db.sql('UPDATE copias SET terminada_at = ?, bytes = ?, verificada = 1 WHERE copia_id = ?').run(at, whole.bytes, id);
  resolve(db, at, copyClave);
};

const endBadly = ({ db, clock, config }: CopyDeps, { id }: Begun, error: Error): void => {
  const at = isoNow(clock);
  const sentence = error instanceof CerebroError ? error.message : sentenceOf(error);
  db.sql('UPDATE copias SET terminada_at = ?, error = ? WHERE copia_id = ?').run(at, sentence, id);
  if (isOf(error, stoppedCode)) return;
  const advice = isOf(error, damagedCopy)
    ? 'Puede que lo dañado sea la base: mire en la página Datos qué dice su comprobación.'
    : `Mire el sitio libre y los permisos de ${copiesFolder(config)}.`;
  raise(db, at, {
    ...({ clave: copyClave, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' } as const),
    titulo: 'No se ha podido hacer la copia de seguridad',
    detalle: `${sentence} Las copias anteriores siguen en su carpeta.`,
    acciones: [advice, 'Repítala en la página Datos.'],
  });
};

/** The cycle `copiar`: makes a copy when it is due, counted from the last good one, so that a restart neither skips nor repeats it. */
export const runDueCopy = async (deps: CopyDeps, signal: AbortSignal): Promise<boolean> => {
  const hours = readLiveSettings(deps.db, deps.config).COPIA_INTERVALO_HORAS;
  const due = copyDueAt(copiesThere(deps), hours, isoNow(deps.clock));
  if (due === null || due > isoNow(deps.clock) || underWay.has(deps.db)) return false;
  return makeCopy(deps, await beginCopy(deps, 'periodica'), signal);
};

/** The last ones, as far as the good one still lies in the folder: one that somebody took away protects nobody. */
export const copiesThere = ({ db, config }: Pick<CopyDeps, 'db' | 'config'>): LastCopies => {
  const last = lastCopies(db);
  const [newest] = goodCopies(db);
  return newest && !existsSync(join(copiesFolder(config), newest.archivo)) ? withoutFile(last) : last;
};

/** Copies that a death cut short. Call at the start, inside a transaction. */
export const closeUnfinishedCopies = ({ db, clock }: Pick<CopyDeps, 'db' | 'clock'>): void => {
  underWay.delete(db);
  db.sql(`UPDATE copias SET terminada_at = ?, error = 'Cerebro se paró antes de acabarla.' WHERE terminada_at IS NULL`).run(isoNow(clock));
};
