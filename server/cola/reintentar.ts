import type { Db } from '#server/db/open.ts';
import { WrongStateError } from '#server/lib/errors.ts';
import { carryOut, type OrderDeps, type OrderedTramite, type OrderInput, type Who } from './order.ts';

/**
 * Puts a failed or cancelled trámite back into the queue as if it were new: its transient failures are forgotten, and so
 * is an approval given to an earlier form.
 * @throws WrongStateError also when it is cancelled and its recurso is no longer ours.
 */
export const reintentar = (deps: OrderDeps, id: number, _input: OrderInput, who: Who): Promise<void> =>
  carryOut(deps, id, who, {
    verb: 'reintentar',
    event: 'retried',
    facts: (tramite) => ({ from: tramite.status }),
    check: (db, tramite) => {
      if (tramite.status === 'cancelled') requireStillOurs(db, tramite);
    },
    change: (db) => startOver(db, id),
  });

/** What an order to begin again leaves behind. */
export const startOver = (db: Db, id: number): void => {
  db.sql(
    `UPDATE tramite_queue
        SET error_code = NULL, error_log = NULL, not_before = NULL, transient_failures = 0, approved_at = NULL, approved_by = NULL,
            approved_digest = NULL, processed_at = NULL
      WHERE id = ?`,
  ).run(id);
};

const requireStillOurs = (db: Db, tramite: OrderedTramite): void => {
  const state = db.sql('SELECT state FROM reclamaciones WHERE resource_id = ?').get(tramite.resourceId)?.state;
  if (state === 'claimed') return;
  throw new WrongStateError('ya_no_es_nuestro', 'Este recurso ya no lo tiene Cerebro: se devolvió al origen o lo lleva otra persona.');
};
