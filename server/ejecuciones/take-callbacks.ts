import type { Db } from '#server/db/open.ts';
import { keepLetters, type Letter } from './callback-inbox.ts';
import { closeRuns } from './close-run.ts';
import { readEstado } from './estados.ts';

/** What became of a callback: `kept` = its run is not known yet; `not_understood` = the state stays, its body is kept. */
export type Taken = { readonly became: 'applied' | 'already_final' | 'kept' | 'not_understood'; readonly ejecucionId: string | null };

/**
 * Takes callbacks in the order they came. Those of runs nobody knows wait in the inbox (the answer of their deploy may still be on its
 * way). Call inside a durable transaction, and answer A360 after it.
 */
export const takeCallbacks = (db: Db, at: string, letters: readonly Letter[]): Taken[] => {
  const known = runsOf(db, letters);
  const placed = letters.map((letter) => ({
    letter,
    estado: readEstado(letter.estado),
    ejecucionId: known.get(letter.deploymentId) ?? null,
  }));
  keepLetters(
    db,
    at,
    placed.filter(({ ejecucionId }) => ejecucionId === null).map(({ letter }) => letter),
  );
  const reports = placed.flatMap(({ letter, estado, ejecucionId }) =>
    estado === null || ejecucionId === null ? [] : [{ ejecucionId, estado, origen: 'callback' as const, callbackInfo: letter.body }],
  );
  const told = closeRuns(db, at, reports);
  // Its equipo is another run's by now: it is noted as not known, which is asked for and holds the equipo too.
  const held = reports.filter((_, index) => told[index] === 'held');
  closeRuns(
    db,
    at,
    held.map((report) => ({ ...report, estado: 'UNKNOWN' as const })),
  );
  const answers = told.values();
  return placed.map(({ letter, estado, ejecucionId }): Taken => {
    if (ejecucionId === null) return { became: 'kept', ejecucionId };
    if (estado === null) return keepBody(db, at, ejecucionId, letter.body);
    return { became: answers.next().value === 'final' ? 'already_final' : 'applied', ejecucionId };
  });
};

/** A deployment that came back as a Playwright attempt would be a mistake of somebody's: those have none. */
const runsOf = (db: Db, letters: readonly Letter[]): ReadonlyMap<string, string> => {
  const ids = JSON.stringify(letters.map(({ deploymentId }) => deploymentId));
  const rows = db
    .sql(
      `SELECT deployment_id, ejecucion_id FROM ejecuciones
        WHERE deployment_id IN (SELECT value FROM json_each(?)) AND fase IS NULL`,
    )
    .all(ids);
  return new Map(rows.map((row) => [row.deployment_id as string, row.ejecucion_id as string]));
};

/** Words nobody knows change nothing; a person may still want to read them. */
const keepBody = (db: Db, at: string, ejecucionId: string, body: string): Taken => {
  db.sql('UPDATE ejecuciones SET callback_info = ?, actualizada_at = ? WHERE ejecucion_id = ? AND fecha_fin IS NULL').run(
    body,
    at,
    ejecucionId,
  );
  return { became: 'not_understood', ejecucionId };
};
