import type { Db } from '#server/db/open.ts';
import type { BalancePlan } from './model.ts';

/** From so many equipos on. */
const manyMoves = 500;

/**
 * A transaction that moves many equipos writes hundreds of pages, and the one that fills the log also folds it back into the file, which
 * doubles its time. Before such a one the log is folded in a turn of its own, when it is short. Nobody is waited for.
 */
export const makeRoom = ({ sqlite }: Db, { actions }: BalancePlan): void => {
  const moves = actions.reduce((sum, { equipos }) => sum + equipos.length, 0);
  if (moves >= manyMoves) sqlite.pragma('wal_checkpoint(PASSIVE)');
};
