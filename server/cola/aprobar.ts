import type { Db } from '#server/db/open.ts';
import { WrongStateError } from '#server/lib/errors.ts';
import { carryOut, type OrderDeps, type OrderInput, type Who } from './order.ts';

/**
 * A person has seen the filled form and lets it be sent: pending again, and its next attempt submits.
 * @throws WrongStateError also while the organismo's modo never sends (simular, rellenar): the approval would change nothing.
 */
export const aprobar = (deps: OrderDeps, id: number, _input: OrderInput, who: Who): Promise<void> =>
  carryOut(deps, id, who, {
    verb: 'aprobar',
    event: 'approved',
    check: (db, tramite) => refuseModesThatNeverSend(db, tramite.siteId),
    change: (db, at) =>
      db
        .sql('UPDATE tramite_queue SET approved_at = ?, approved_by = ?, not_before = NULL, transient_failures = 0 WHERE id = ?')
        .run(at, who.usuario, id),
  });

const refuseModesThatNeverSend = (db: Db, siteId: string): void => {
  const modo = db.sql('SELECT modo FROM organismo_config WHERE site_id = ?').get(siteId)?.modo;
  if (modo !== 'simular' && modo !== 'rellenar') return;
  throw new WrongStateError('modo_sin_envio', `${siteId} está en modo «${modo}», que nunca envía: cambie antes el modo del organismo.`);
};
