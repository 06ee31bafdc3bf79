import { askApproval, giveBackUntouched, mayStillFile, servedByA360, takeForA360 } from '#server/cola/for-robot.ts';
import type { TakenTramite } from '#server/cola/take-next.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { closeRun } from '#server/ejecuciones/close-run.ts';
import { stillOurs } from '#server/ejecuciones/guard.ts';
import { giveUpClaim } from '#server/ejecuciones/lost-claim.ts';
import { isAlreadyRunning } from '#server/ejecuciones/open.ts';
import { unasked } from '#server/ejecuciones/plan.ts';
import { lostClaimCode } from '#server/ejecuciones/rules.ts';
import { record } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { Claim } from './claim.ts';

/** The trámite that a launch files. */
export type ClaimedTramite = Pick<TakenTramite, 'id' | 'attempt' | 'resourceId' | 'expediente' | 'urlDirecta'>;

/**
 * Gives each of those rows of a robot that files its trámite, `processing` from here on, and lets go of rows there is none for. Rows of
 * other robots are left as they are. Call inside the transaction that inserted the rows; answers the trámite of each that has one, and
 * the ids of the rows that stay.
 */
export const takeTramites = <Row extends { readonly ejecucionId: string; readonly robotId: string }>(
  db: Db,
  at: string,
  rows: readonly Row[],
): (Row & { readonly tramite: ClaimedTramite | null })[] => {
  const filing = new Set(
    db
      .sql(`SELECT DISTINCT robot_id FROM (${servedByA360})`)
      .all()
      .map((row) => row.robot_id as string),
  );
  if (rows.some(({ robotId }) => filing.has(robotId))) askApproval(db, at);
  return rows.flatMap((row): (Row & { tramite: ClaimedTramite | null })[] => {
    if (!filing.has(row.robotId)) return [{ ...row, tramite: null }];
    const tramite = takeOne(db, at, row.robotId);
    if (tramite === null) {
      db.sql('DELETE FROM ejecuciones WHERE ejecucion_id = ?').run(row.ejecucionId);
      return [];
    }
    const values = [tramite.id, tramite.attempt, unasked, row.ejecucionId];
    db.sql('UPDATE ejecuciones SET tramite_id = ?, intento = ?, error_code = ? WHERE ejecucion_id = ?').run(...values);
    return [{ ...row, tramite }];
  });
};

const takeOne = (db: Db, at: string, robotId: string): TakenTramite | null => {
  for (;;) {
    const tramite = takeForA360(db, at, robotId);
    if (tramite === null || !isAlreadyRunning(db, tramite)) return tramite;
  }
};

/** Whether the trámite of a claim may still be filed by its robot; true of a claim without any. */
export const isStillToBeFiled = (db: Db, { robotId, tramite }: Claim): boolean => tramite === null || mayStillFile(db, robotId, tramite.id);

/** Takes back rows A360 was never told of, and their trámites as if they had not been taken. Call inside a transaction. */
export const undoClaims = (db: Db, ids: readonly string[]): void => {
  const gone = db
    .sql(
      `DELETE FROM ejecuciones
        WHERE ejecucion_id IN (SELECT value FROM json_each(?)) AND estado = 'PENDING_EXECUTION' AND deployment_id IS NULL
    RETURNING tramite_id AS tramiteId`,
    )
    .all(JSON.stringify(ids));
  const tramites = gone.flatMap(({ tramiteId }) => (tramiteId === null ? [] : [tramiteId as number]));
  if (tramites.length > 0) giveBackUntouched(db, tramites);
};

/** `stop` = the claim no longer stands here: it is taken back. */
export type Guard = 'go' | 'stop' | 'foreign';

/**
 * Asks the source, right before the call, whether the recurso is still ours, as the other robots do before they send. A source that
 * does not answer lets it go on, and that is written down. Without a trámite there is nothing to ask.
 */
export const askGuard = async (deps: Deps, { ejecucionId, tramite }: Claim, signal: AbortSignal): Promise<Guard> => {
  if (tramite === null) return 'go';
  const answer = await stillOurs(deps, { ejecucionId, tramite }, signal);
  if (answer === 'unreachable') await tellSilence(deps, ejecucionId);
  return answer === 'ours' || answer === 'unreachable' ? 'go' : answer;
};

const tellSilence = ({ db, clock }: Deps, ejecucionId: string): Promise<void> =>
  db.write(() => {
    const at = isoNow(clock);
    record(db, at, { entity: 'ejecucion', entityId: ejecucionId, kind: 'origin_silent' });
  });

/** The recurso is somebody else's: the run ends without a call, and a person looks at the trámite. */
export const writeForeign = async ({ db, clock, hub }: Deps, { ejecucionId, tramite }: Claim): Promise<void> => {
  const mensaje = 'El recurso ya no está a nombre de Cerebro en el origen: no se ha lanzado.';
  await db.write(() => {
    const at = isoNow(clock);
    const unbegun = { verb: 'doubt', code: lostClaimCode, message: mensaje } as const;
    closeRun(db, at, { ejecucionId, estado: 'DEPLOY_FAILED', origen: 'lanzador', fin: at, mensaje, ocurrenciaLibre: true, unbegun });
    db.sql('UPDATE ejecuciones SET error_code = ? WHERE ejecucion_id = ?').run(lostClaimCode, ejecucionId);
    if (tramite !== null) giveUpClaim(db, at, tramite.id);
  });
  hub.changed({ entity: 'ejecucion', id: ejecucionId });
};
