import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { raise, resolve } from '#server/avisos/raise.ts';
import { copyDatabase } from '#server/db/care.ts';
import type { WholeFile } from '#server/db/look-whole.ts';
import { copiesFolder } from '#server/db/restore.ts';
import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError, CerebroError, WrongStateError } from '#server/lib/errors.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { forgetOldCopies } from './conservar.ts';
import { lastCopies } from './queries.ts';
import { copyDueAt } from './rules.ts';

export type CopyDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'log' | 'hub'>;

/** The aviso that stands open while the last copy failed. */
export const copyClave = 'copia_fallida';

/** A copy that was begun: its row, its name and its instant. */
type Begun = { readonly id: number; readonly name: string; readonly at: string };

const insert = 'INSERT INTO copias (archivo, motivo, empezada_at) VALUES (?, ?, ?)';

/** Writes down that a copy begins. @throws WrongStateError `copia_en_marcha`: one at a time. */
export const beginCopy = ({ db, clock }: CopyDeps, motivo: 'periodica' | 'a_mano', who?: Who): Promise<Begun> =>
  db.write(() => {
    if (db.sql('SELECT 1 FROM copias WHERE terminada_at IS NULL').get())
      throw new WrongStateError('copia_en_marcha', 'Ya se está haciendo una copia: espere a que termine.');
    const at = isoNow(clock);
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
    await forgetOldCopies(deps);
    return true;
  } catch (thrown) {
    const error = asError(thrown);
    deps.log.error({ err: error, copia: begun.name }, 'una copia de seguridad ha fallado');
    await deps.db.write(() => endBadly(deps, begun, error));
    return false;
  } finally {
    deps.hub.changed({ entity: 'any' });
  }
};

const tryCopy = async ({ db, config }: CopyDeps, { name, at }: Begun, signal: AbortSignal): Promise<WholeFile> => {
  const folder = copiesFolder(config);
  mkdirSync(folder, { recursive: true });
  for (const left of readdirSync(folder)) if (left.startsWith('cerebro-') && left.includes('.parte')) rmSync(join(folder, left));
  requireRoom(folder, db.sqlite.name, readLiveSettings(db, config).DISCO_LIBRE_MIN_MB);
  return copyDatabase({ file: db.sqlite.name, to: join(folder, name), name, at }, signal);
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

const endBadly = ({ db, clock }: CopyDeps, { id }: Begun, error: Error): void => {
  const at = isoNow(clock);
  db.sql('UPDATE copias SET terminada_at = ?, error = ? WHERE copia_id = ?').run(at, error.message, id);
  raise(db, at, {
    ...({ clave: copyClave, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' } as const),
    titulo: 'No se ha podido hacer la copia de seguridad',
    detalle: `${error.message} Las copias anteriores siguen en su carpeta.`,
    acciones: ['Mire el sitio libre y los permisos de la carpeta de las copias.', 'Repítala en la página Datos.'],
  });
};

/** The cycle `copiar`: makes a copy when it is due, counted from the last good one, so that a restart neither skips nor repeats it. */
export const runDueCopy = async (deps: CopyDeps, signal: AbortSignal): Promise<boolean> => {
  const hours = readLiveSettings(deps.db, deps.config).COPIA_INTERVALO_HORAS;
  const due = copyDueAt(lastCopies(deps.db), hours);
  if (due === null || due > isoNow(deps.clock)) return false;
  return makeCopy(deps, await beginCopy(deps, 'periodica'), signal);
};

/** Copies that a death cut short. Call at the start, inside a transaction. */
export const closeUnfinishedCopies = ({ db, clock }: Pick<CopyDeps, 'db' | 'clock'>): void => {
  db.sql(`UPDATE copias SET terminada_at = ?, error = 'Cerebro se paró antes de acabarla.' WHERE terminada_at IS NULL`).run(isoNow(clock));
};
