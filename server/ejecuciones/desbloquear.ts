import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { closeRun } from './close-run.ts';
import { isActive } from './estados.ts';
import { findRun, type RunRow } from './find-runs.ts';
import type { OrderDeps } from './parar.ts';

const longestMotivo = 1000;

/**
 * Closes here a run that a person knows to be over, so that its equipo is free; A360 is neither asked nor told.
 * @throws NotFoundError, InvalidInputError
 */
export const desbloquear = async (deps: Omit<OrderDeps, 'a360'>, id: string, given: string, who: Who): Promise<void> => {
  const motivo = readMotivo(given);
  await deps.db.write(() => {
    const run = findRun(deps.db, id);
    if (run === null) throw new NotFoundError('Esa ejecución no existe.');
    refuseOthers(run);
    const at = isoNow(deps.clock);
    closeRun(deps.db, at, { ejecucionId: id, estado: 'RUN_ABORTED', origen: 'manual', fin: at, mensaje: motivo, actor: who.usuario });
    const order = {
      accion: 'desbloquear',
      entidad: 'ejecucion',
      entidadId: id,
      antes: { estado: run.estado },
      despues: { estado: 'RUN_ABORTED' },
    };
    audit(deps.db, at, { ...order, motivo, usuario: who.usuario, ...(who.host === undefined ? {} : { host: who.host }) });
  });
  deps.hub.changed({ entity: 'ejecucion', id });
};

const readMotivo = (given: string): string => {
  const motivo = given.trim();
  if (motivo === '') throw new InvalidInputError({ motivo: 'Diga por qué se sabe que ya no está en marcha.' });
  if (motivo.length > longestMotivo) throw new InvalidInputError({ motivo: `Como mucho ${longestMotivo} caracteres.` });
  return motivo;
};

/** An attempt of our own robots is at work while it is open: the dispatcher ends it. */
const refuseOthers = (run: RunRow): void => {
  if (run.fase !== null) throw new InvalidInputError({ motivo: 'La lleva un robot de este servidor: no se puede desbloquear.' });
  if (!isActive(run.estado) && run.estado !== 'UNKNOWN')
    throw new InvalidInputError({ motivo: 'Ya ha terminado: no bloquea ningún equipo.' });
};
