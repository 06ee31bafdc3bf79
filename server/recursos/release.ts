import { raise, resolve } from '#server/avisos/raise.ts';
import { maybeSent } from '#server/cola/maybe-sent.ts';
import { carryOut as carryOutOrder, motivoIn, type OrderedTramite, type OrderInput } from '#server/cola/order.ts';
import { reviewClave } from '#server/cola/resolver.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { holderOf, OrigenError } from '#server/gateways/origen/origen.ts';
import { record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { WrongStateError } from '#server/lib/errors.ts';

/** `ordered`: the source does not answer now, or refuses; every reconciliation tries again. */
export type GivenBack = 'released' | 'foreign' | 'ordered';

/**
 * The action `devolver`: cancels the trámite and gives its recurso back at the source as it was. The order is written
 * first, so that a crash or a silent source only delays it. One under review whose recurso is no longer ours is only
 * cancelled (`foreign`); one that may have been sent is refused, and so is everything that would change a source in
 * read-only mode.
 * @throws NotFoundError, WrongStateError
 */
export const giveBack = async (deps: Deps, tramiteId: number, who: Who, input: OrderInput = {}): Promise<GivenBack> => {
  const resourceId = await order(deps, tramiteId, who, input);
  if (resourceId === null) return 'foreign';
  try {
    return await tryToCarryOut(deps, resourceId);
  } catch (error) {
    if (!(error instanceof OrigenError)) throw error;
    deps.log.warn({ err: error, resourceId }, 'el origen no responde: el recurso se devolverá en cuanto responda');
    return 'ordered';
  }
};

/** The recurso that is to be given back; null when it is not ours to give. */
const order = async (deps: Deps, tramiteId: number, who: Who, input: OrderInput): Promise<string | null> => {
  let ordered: string | null = null;
  await carryOutOrder(deps, tramiteId, who, {
    verb: 'devolver',
    event: 'release_ordered',
    durable: true,
    ...motivoIn(input),
    facts: ({ status }) => ({ from: status, ...(ordered === null ? { foreign: true } : {}) }),
    check: (db, tramite) => refuseUnreturnable(deps, db, tramite),
    change: (db, at, tramite) => {
      db.sql('UPDATE tramite_queue SET not_before = NULL, approved_at = NULL, approved_by = NULL, approved_digest = NULL WHERE id = ?').run(
        tramite.id,
      );
      resolve(db, at, reviewClave(tramite.id));
      if (!isClaimed(db, tramite.resourceId)) return;
      orderRelease(db, at, tramite, who);
      ordered = tramite.resourceId;
    },
  });
  return ordered;
};

/** `released` without an instant is the order; it keeps the trámite from being retried, and the recurso from being claimed. */
const orderRelease = (db: Db, at: string, { id, siteId, resourceId }: OrderedTramite, who: Who): void => {
  db.sql(`UPDATE reclamaciones SET state = 'released', closed_at = NULL WHERE resource_id = ?`).run(resourceId);
  const data = { siteId, tramiteId: id };
  record(db, at, { entity: 'recurso', entityId: resourceId, kind: 'release_ordered', data, actor: who.usuario });
};

const isClaimed = (db: Db, resourceId: string): boolean => claimOf(db, resourceId)?.state === 'claimed';

const claimOf = (db: Db, resourceId: string) =>
  db.sql('SELECT state, texp_original FROM reclamaciones WHERE resource_id = ?').get(resourceId);

const refuseUnreturnable = ({ config }: Deps, db: Db, { id, status, resourceId }: OrderedTramite): void => {
  if (status === 'needs_review' && maybeSent(db, id))
    throw new WrongStateError('envio_posible', 'Puede que este trámite se enviara: resuelva antes si se presentó o no.');
  const kept = claimOf(db, resourceId);
  if (kept?.state !== 'claimed' && status === 'needs_review') return;
  if (kept?.state !== 'claimed')
    throw new WrongStateError('sin_reclamacion', 'Este recurso no está reclamado por Cerebro: no hay nada que devolver.');
  if (config.ORIGEN_SOLO_LECTURA)
    throw new WrongStateError(
      'origen_solo_lectura',
      'El origen está en modo de solo lectura (ORIGEN_SOLO_LECTURA=1): ahora no se puede devolver ningún recurso.',
    );
  if (kept.texp_original === null)
    throw new WrongStateError('sin_original', 'No se conoce el TExp que tenía el recurso antes de reclamarlo: hay que devolverlo a mano.');
};

/**
 * Carries out every order that a crash, a refusal or a silent source left pending; one that is refused does not stop the
 * others. Answers how many were carried out.
 * @throws OrigenError when the source itself cannot be asked.
 */
export const resumeReleases = async (deps: Deps): Promise<number> => {
  const pending = deps.db
    .sql(`SELECT resource_id FROM reclamaciones WHERE state = 'released' AND closed_at IS NULL ORDER BY resource_id`)
    .all()
    .map((row) => row.resource_id as string);
  let carriedOut = 0;
  for (const resourceId of pending) if ((await tryToCarryOut(deps, resourceId)) !== 'ordered') carriedOut += 1;
  return carriedOut;
};

const avisoOf = (resourceId: string): string => `devolucion:${resourceId}`;

/** A refusal concerns this recurso alone and is told, as does a row that somebody has in hand, which is not; a source that cannot be asked concerns them all and is thrown. */
const tryToCarryOut = async (deps: Deps, resourceId: string): Promise<GivenBack> => {
  try {
    return await carryOut(deps, resourceId);
  } catch (error) {
    if (!(error instanceof OrigenError) || (error.transient && !error.held)) throw error;
    if (error.held) return 'ordered';
    // What cannot even be read has not refused this one: it throws here. And a trigger may complain about what is done.
    const holding = (await deps.origen.read([resourceId])).get(resourceId);
    if (error.code === 'origen_rechaza' && holderOf(holding, deps.config.BOT_USER) !== 'ours') return carryOut(deps, resourceId);
    deps.log.warn({ err: error, resourceId }, 'el origen no admite la devolución de un recurso');
    await tellRefusal(deps, resourceId, error);
    return 'ordered';
  }
};

const tellRefusal = ({ db, clock }: Deps, resourceId: string, { message }: OrigenError): Promise<void> =>
  db.write(() =>
    raise(db, isoNow(clock), {
      ...{ clave: avisoOf(resourceId), nivel: 'MEDIO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' },
      titulo: `El origen no admite la devolución del recurso ${resourceId}`,
      detalle: `${message} El recurso sigue a nombre de Cerebro en el origen; cada ciclo lo intenta de nuevo.`,
      acciones: [
        'Compruebe que Cerebro tiene permiso para escribir en el origen (docs/sql-server.md).',
        'Si no puede tenerlo, devuelva ese recurso a mano en el origen.',
      ],
    }),
  );

const carryOut = async (deps: Deps, resourceId: string): Promise<'released' | 'foreign'> => {
  const { outcome, data } = await releaseAtSource(deps, resourceId);
  const { db, clock } = deps;
  const at = isoNow(clock);
  await db.write(() => {
    const { changes } = db
      .sql(`UPDATE reclamaciones SET state = ?, closed_at = ? WHERE resource_id = ? AND state = 'released' AND closed_at IS NULL`)
      .run(outcome, at, resourceId);
    if (changes > 0) record(db, at, { entity: 'recurso', entityId: resourceId, kind: outcome, data });
    resolve(db, at, avisoOf(resourceId));
  });
  return outcome;
};

/** What became of a release, with the facts of its event (events.ts). */
type Released = { readonly outcome: 'released' | 'foreign'; readonly data: Record<string, unknown> };

/** Not ours any more may well be our own doing, before a crash or a lost answer: reading back tells. */
const releaseAtSource = async ({ db, origen, config }: Deps, resourceId: string): Promise<Released> => {
  const { site_id: siteId, ...kept } = db
    .sql('SELECT site_id, texp_original, estado_original, usuario_original FROM reclamaciones WHERE resource_id = ?')
    .get(resourceId) as Kept;
  const original = { id: resourceId, texp: kept.texp_original, estado: kept.estado_original, usuario: kept.usuario_original };
  const released: Released = {
    outcome: 'released',
    data: { siteId, texp: original.texp, usuario: original.usuario?.trim() || null },
  };
  if ((await origen.release(original, config.BOT_USER)) === 'released') return released;
  const holding = (await origen.read([resourceId])).get(resourceId);
  if (holderOf(holding, config.BOT_USER) === 'free') return released;
  return { outcome: 'foreign', data: { siteId, usuario: holding?.usuario ?? null } };
};

type Kept = {
  readonly site_id: string;
  readonly texp_original: number | null;
  readonly estado_original: number | null;
  readonly usuario_original: string | null;
};
