import { next, type Status } from '#server/cola/transitions.ts';
import type { Deps } from '#server/deps.ts';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { holderOf } from './rules.ts';

/** `ordered`: the source cannot be asked now; it is given back as soon as it answers. */
export type GivenBack = 'released' | 'foreign' | 'ordered';

/**
 * The action `devolver`: cancels the trámite and gives its recurso back at the source as it was. The order is written
 * first, so that a crash or a silent source only delays it.
 * @throws NotFoundError, WrongStateError
 */
export const giveBack = async (deps: Deps, tramiteId: number, who: Who): Promise<GivenBack> => {
  const resourceId = await deps.db.write(() => orderRelease(deps, tramiteId, who), { durable: true });
  deps.hub.changed({ entity: 'tramite', id: tramiteId });
  try {
    return await carryOut(deps, resourceId);
  } catch (error) {
    if (!(error instanceof OrigenError)) throw error;
    deps.log.warn({ err: error, resourceId }, 'el origen no responde: el recurso se devolverá en cuanto responda');
    return 'ordered';
  }
};

type Ordered = { readonly id: number; readonly resource_id: string; readonly site_id: string; readonly status: Status };

const orderRelease = (deps: Deps, tramiteId: number, who: Who): string => {
  const { db, clock } = deps;
  const at = isoNow(clock);
  const tramite = db.sql('SELECT id, resource_id, site_id, status FROM tramite_queue WHERE id = ?').get(tramiteId) as Ordered | undefined;
  if (!tramite) throw new NotFoundError('Ese trámite no existe.');
  const status = next(tramite.status, 'devolver');
  const { resource_id: resourceId, site_id: siteId } = tramite;
  refuseUnreturnable(deps, resourceId);
  db.sql(
    `UPDATE tramite_queue SET status = ?, processed_at = coalesce(processed_at, ?), not_before = NULL, approved_at = NULL, approved_by = NULL
      WHERE id = ?`,
  ).run(status, at, tramiteId);
  db.sql(`UPDATE reclamaciones SET state = 'released', closed_at = NULL WHERE resource_id = ?`).run(resourceId);
  const data = { siteId, tramiteId, resourceId, from: tramite.status };
  record(db, at, { entity: 'tramite', entityId: tramiteId, kind: 'release_ordered', data, actor: who.usuario });
  record(db, at, { entity: 'recurso', entityId: resourceId, kind: 'release_ordered', data, actor: who.usuario });
  audit(db, at, { ...who, accion: 'devolver', entidad: 'tramite', entidadId: tramiteId, antes: tramite.status, despues: status });
  return resourceId;
};

const refuseUnreturnable = ({ db }: Deps, resourceId: string): void => {
  const kept = db.sql('SELECT state, texp_original FROM reclamaciones WHERE resource_id = ?').get(resourceId);
  if (kept?.state !== 'claimed')
    throw new WrongStateError('sin_reclamacion', 'Este recurso no está reclamado por Cerebro: no hay nada que devolver.');
  if (kept.texp_original === null)
    throw new WrongStateError('sin_original', 'No se conoce el TExp que tenía el recurso antes de reclamarlo: hay que devolverlo a mano.');
};

/** Carries out every order that a crash or a silent source left pending. Answers how many. @throws OrigenError */
export const resumeReleases = async (deps: Deps): Promise<number> => {
  const pending = deps.db
    .sql(`SELECT resource_id FROM reclamaciones WHERE state = 'released' AND closed_at IS NULL ORDER BY resource_id`)
    .all()
    .map((row) => row.resource_id as string);
  for (const resourceId of pending) await carryOut(deps, resourceId);
  return pending.length;
};

const carryOut = async (deps: Deps, resourceId: string): Promise<'released' | 'foreign'> => {
  const outcome = await releaseAtSource(deps, resourceId);
  const { db, clock } = deps;
  const at = isoNow(clock);
  await db.write(() => {
    const { changes } = db
      .sql(`UPDATE reclamaciones SET state = ?, closed_at = ? WHERE resource_id = ? AND state = 'released' AND closed_at IS NULL`)
      .run(outcome, at, resourceId);
    if (changes > 0) record(db, at, { entity: 'recurso', entityId: resourceId, kind: outcome });
  });
  return outcome;
};

/** Not ours any more may well be our own doing, before a crash or a lost answer: reading back tells. */
const releaseAtSource = async ({ db, origen, config }: Deps, resourceId: string): Promise<'released' | 'foreign'> => {
  const kept = db
    .sql('SELECT texp_original, estado_original, usuario_original FROM reclamaciones WHERE resource_id = ?')
    .get(resourceId) as {
    texp_original: number | null;
    estado_original: number | null;
    usuario_original: string | null;
  };
  const original = { id: resourceId, texp: kept.texp_original, estado: kept.estado_original, usuario: kept.usuario_original };
  if ((await origen.release(original, config.BOT_USER)) === 'released') return 'released';
  const holding = (await origen.read([resourceId])).get(resourceId);
  return holderOf(holding, config.BOT_USER) === 'free' ? 'released' : 'foreign';
};
