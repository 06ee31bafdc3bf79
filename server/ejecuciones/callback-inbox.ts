import type { Db } from '#server/db/open.ts';
import { closeRuns } from './close-run.ts';
import { readEstado } from './estados.ts';

/** A callback as it came. */
export type Letter = {
  readonly deploymentId: string;
  /** A360's word, perhaps one nobody knows. */
  readonly estado: string;
  /** JSON. */
  readonly body: string;
  readonly host: string | null;
};

/** How long a callback nobody expected is kept. */
const keptMs = 7 * 24 * 3_600_000;

/** Keeps the callbacks of runs that are not known (yet), each once however often it comes. Call inside a transaction. */
export const keepLetters = (db: Db, at: string, letters: readonly Letter[]): void => {
  for (const { deploymentId, estado, body, host } of letters)
    db.sql(
      `INSERT INTO callback_inbox (deployment_id, estado, body, host, recibido_at)
       SELECT @deploymentId, @estado, @body, @host, @at
        WHERE NOT EXISTS (SELECT 1 FROM callback_inbox WHERE deployment_id = CAST(@deploymentId AS TEXT) AND aplicado_at IS NULL
                             AND estado = @estado AND body = @body)`,
    ).run({ deploymentId, estado, body, host, at });
};

/**
 * Applies the callbacks that came before the answer of their deploy was stored. Call inside the transaction that stores
 * `deployment_id`, after it. Answers how many were waiting.
 */
export const applyWaiting = (db: Db, at: string, ejecucionId: string, deploymentId: string): number => {
  const waiting = db
    .sql(
      `SELECT estado, body, recibido_at FROM callback_inbox WHERE deployment_id = CAST(? AS TEXT) AND aplicado_at IS NULL
        ORDER BY inbox_id`,
    )
    .all(deploymentId) as { estado: string; body: string; recibido_at: string }[];
  if (waiting.length === 0) return 0;
  const reports = waiting.flatMap(({ estado, body, recibido_at: fin }) => {
    const known = readEstado(estado);
    return known === null ? [] : [{ ejecucionId, estado: known, origen: 'callback' as const, callbackInfo: body, ...ended(known, fin) }];
  });
  closeRuns(db, at, reports);
  db.sql('UPDATE callback_inbox SET aplicado_at = ? WHERE deployment_id = CAST(? AS TEXT) AND aplicado_at IS NULL').run(at, deploymentId);
  return waiting.length;
};

/**
 * The same for runs that got their deploymentId in another way (written by another program, brought back from a copy). Call inside a
 * transaction; answers the runs that changed.
 */
export const applyForgotten = (db: Db, at: string): string[] => {
  const found = db
    .sql(
      `SELECT DISTINCT e.ejecucion_id AS id, e.deployment_id AS deployment
         FROM callback_inbox AS i INDEXED BY callback_inbox_waiting CROSS JOIN ejecuciones AS e ON e.deployment_id = i.deployment_id
        WHERE i.aplicado_at IS NULL AND e.fase IS NULL`,
    )
    .all() as { id: string; deployment: string }[];
  for (const { id, deployment } of found) applyWaiting(db, at, id, deployment);
  return found.map(({ id }) => id);
};

/** It had ended when the callback came, however late it is applied; UNKNOWN is no end. */
const ended = (estado: string, fin: string) => (estado === 'UNKNOWN' ? {} : { fin });

/** Lets the old ones go, applied or not. Call inside a transaction. */
export const dropOldLetters = (db: Db, now: Date): number =>
  db.sql('DELETE FROM callback_inbox WHERE recibido_at < ?').run(new Date(now.getTime() - keptMs).toISOString()).changes;
