import type { Db } from '#server/db/open.ts';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';
import { type Clock, isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';

/**
 * Per robot of A360, the trámites it could take now: those of organismos whose robot it is, due, that may be sent (`modo` enviar, or
 * aprobar once a person has approved). What waits in an organismo is counted already, so only what waits for its hour is looked for;
 * those of `aprobar` are walked. Something that is not even a day is no hour (cola/take-next.ts).
 */
const waitingByRobot = `
  WITH served AS (
    SELECT o.site_id, r.robot_id, coalesce(o.modo, 'aprobar') AS modo
      FROM organismo_config AS o JOIN robots AS r ON r.robot_id = coalesce(nullif(trim(o.robot), ''), o.site_id)
     WHERE r.kind = 'a360'),
  later AS (
    SELECT site_id, count(*) AS n FROM tramite_queue INDEXED BY tramite_retry_at
     WHERE status = 'pending' AND not_before IS NOT NULL AND not_before > CAST(@now AS TEXT)
       AND not_before GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*'
     GROUP BY site_id)
  SELECT s.robot_id AS robotId, sum(CASE s.modo
      WHEN 'enviar' THEN
        coalesce((SELECT n FROM queue_counts AS c WHERE c.site_id = s.site_id AND c.status = 'pending'), 0)
        - coalesce((SELECT n FROM later WHERE later.site_id = s.site_id), 0)
      ELSE (
        SELECT count(*) FROM tramite_queue AS t
         WHERE t.site_id = s.site_id AND t.status = 'pending' AND t.approved_at IS NOT NULL
           AND (t.not_before IS NULL OR t.not_before <= CAST(@now AS TEXT) OR t.not_before NOT GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*'))
    END) AS n
    FROM served AS s WHERE s.modo IN ('enviar', 'aprobar') GROUP BY s.robot_id`;

/** Our own queue, as one of those who count tickets. */
export const createLocalQueue = ({ db, clock }: { readonly db: Db; readonly clock: Clock }): LoadProvider => ({
  name: 'local',
  place: 'Cola de Cerebro',
  load: async (): Promise<LoadAnswer> => {
    try {
      const rows = db.sql(waitingByRobot).all({ now: isoNow(clock) }) as { robotId: string; n: number }[];
      return { kind: 'ok', tickets: new Map(rows.map(({ robotId, n }) => [robotId, Math.max(0, n)])) };
    } catch (error) {
      return { kind: 'failed', reason: `No se ha podido contar la cola de Cerebro: ${asError(error).message}.` };
    }
  },
  close: async () => undefined,
});
