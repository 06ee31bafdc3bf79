import { setImmediate } from 'node:timers/promises';
import { aprobar } from '#server/cola/aprobar.ts';
import { cancelar } from '#server/cola/cancelar.ts';
import type { OrderInput } from '#server/cola/order.ts';
import { rechazar } from '#server/cola/rechazar.ts';
import { reintentar } from '#server/cola/reintentar.ts';
import { resolver } from '#server/cola/resolver.ts';
import { onlyRestored } from '#server/cola/restored.ts';
import type { BulkAction } from '#server/cola/rules.ts';
import type { Deps } from '#server/deps.ts';
import type { Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError, CerebroError, WrongStateError } from '#server/lib/errors.ts';
import { giveBack } from '#server/recursos/release.ts';
import { findLote, idsLeft } from './queries.ts';
import { mostRefusals } from './rules.ts';

type One = (deps: Deps, id: number, input: OrderInput, who: Who) => Promise<unknown>;

/** The very verbs of the single buttons. */
const verbs: Readonly<Record<BulkAction, One>> = {
  aprobar,
  rechazar,
  reintentar,
  cancelar,
  devolver: (deps, id, input, who) => giveBack(deps, id, who, input),
  restaurados: (deps, id, input, who) => notFiled(deps, id, input, who),
};

/** Only of a restored copy may many be answered at once: of any other doubt each is looked up by itself. */
const notFiled: One = async (deps, id, input, who) => {
  if (!onlyRestored(deps.db, [id]).has(id))
    throw new WrongStateError('de_uno_en_uno', 'No espera por la copia restaurada: respóndalo en su página.');
  await resolver(deps, id, { ...input, resultado: 'no_presentado' }, who);
};

/**
 * Carries out an order for many: one trámite after another, each with its own transaction, event and audit that name the
 * order; one that is refused does not stop the others. Stopped by `signal`, what is left stays written down. Never throws
 * for what a trámite refuses.
 */
export const carryOutLote = async (deps: Deps, id: number, signal: AbortSignal): Promise<void> => {
  const lote = findLote(deps.db, id);
  if (lote?.state !== 'running') return;
  const input: OrderInput = lote.motivo === null ? {} : { motivo: lote.motivo };
  const who: Who = { usuario: lote.usuario, ...hostOf(deps, id), lote: id };
  for (const tramite of idsLeft(deps.db, id)) {
    if (signal.aborted) return end(deps, id, 'interrupted');
    const refusal = await tryOne(deps, () => verbs[lote.accion](deps, tramite, input, who));
    await note(deps, id, refusal === null ? null : { id: tramite, motivo: refusal });
    await setImmediate();
  }
  await end(deps, id, 'done');
};

const hostOf = ({ db }: Deps, id: number): { host?: string } => {
  const host = db.sql('SELECT host FROM lotes WHERE lote_id = ?').get(id)?.host;
  return typeof host === 'string' ? { host } : {};
};

/** Why it was refused, as a sentence; null when it was done. */
const tryOne = async ({ log }: Deps, order: () => Promise<unknown>): Promise<string | null> => {
  try {
    await order();
    return null;
  } catch (thrown) {
    const error = asError(thrown);
    if (error instanceof CerebroError) return error.message;
    log.error({ err: error }, 'una orden de un lote ha fallado sin que nadie lo esperara');
    return 'Ha fallado sin que nadie lo esperara: está en el registro de errores.';
  }
};

const noteDone = 'UPDATE lotes SET done = done + 1 WHERE lote_id = ?';
const noteRefused = `
  UPDATE lotes
     SET refused = refused + 1,
         refusals = CASE WHEN refused < ${mostRefusals} THEN json_insert(coalesce(refusals, '[]'), '$[#]', json(?)) ELSE refusals END
   WHERE lote_id = ?`;

const note = async ({ db, hub }: Deps, id: number, refused: object | null): Promise<void> => {
  await db.write(() => (refused === null ? db.sql(noteDone).run(id) : db.sql(noteRefused).run(JSON.stringify(refused), id)));
  hub.changed({ entity: 'lote', id });
};

const end = async ({ db, clock, hub }: Deps, id: number, state: 'done' | 'interrupted'): Promise<void> => {
  await db.write(() => db.sql('UPDATE lotes SET state = ?, ended_at = ? WHERE lote_id = ?').run(state, isoNow(clock), id));
  hub.changed({ entity: 'lote', id });
};
