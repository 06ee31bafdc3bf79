import { Counter, type Registry } from 'prom-client';
import type { Db } from '#server/db/open.ts';
import { follow } from './follow.ts';
import { balanceBetween } from './queries.ts';
import { atMost } from './rules.ts';

/** What the balancer moved, and what it refused. */
export const followBalance = (db: Db, registry: Registry): (() => Promise<void>) => {
  const registers = [registry];
  const moves = new Counter({
    ...{ name: 'cerebro_balance_moves_total', help: 'Equipos moved by the balancer, by action.' },
    ...{ labelNames: ['action'], registers },
  });
  const refusals = new Counter({
    name: 'cerebro_balance_refusals_total',
    help: 'Times a robot began to be refused equipos it needs.',
    registers,
  });
  const cap = atMost(30);
  return follow(db, 'historico_balanceo', (from, to) => {
    for (const { accion, equipos, filas } of balanceBetween(db, from, to)) {
      if (accion === 'RECHAZO') refusals.inc(filas);
      else moves.inc({ action: cap(accion.toLowerCase())[0] as string }, equipos);
    }
  });
};
