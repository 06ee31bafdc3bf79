import { carryOut, motivoIn, type OrderDeps, type OrderInput, type Who } from './order.ts';

/**
 * Takes a trámite out of the queue without giving the recurso back: it can be retried while it is still ours. Once it is
 * answered, not even a power cut lets it be filed.
 */
export const cancelar = (deps: OrderDeps, id: number, input: OrderInput, who: Who): Promise<void> =>
  carryOut(deps, id, who, {
    verb: 'cancelar',
    event: 'cancelled',
    durable: true,
    ...motivoIn(input),
    facts: (tramite) => ({ from: tramite.status }),
    change: (db) => db.sql('UPDATE tramite_queue SET not_before = NULL WHERE id = ?').run(id),
  });
