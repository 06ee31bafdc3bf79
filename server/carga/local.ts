import { isNoInstant } from '#server/cola/take-next.ts';
import type { Db } from '#server/db/open.ts';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';
import { type Clock, isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';

/**
 * Per robot of A360, the trámites it could take now: those of organismos whose robot it is, due, that may be sent (`modo` enviar, or
 * aprobar once a person has approved). It walks the index of the takes (cola/take-next.ts); a row is only looked up for its approval.
 */
const waitingByRobot = `
  SELECT r.robot_id AS robotId, sum((
      SELECT count(*) FROM tramite_queue AS t INDEXED BY tramite_take_next
       WHERE t.status IN ('pending', 'processing') AND t.status = 'pending' AND t.site_id = o.site_id
         AND (t.not_before IS NULL OR t.not_before <= CAST(@now AS TEXT) OR t.${isNoInstant})
         AND (o.modo = 'enviar' OR t.approved_at IS NOT NULL))) AS n
    FROM organismo_config AS o JOIN robots AS r ON r.robot_id = coalesce(nullif(trim(o.robot), ''), o.site_id)
   WHERE r.kind = 'a360' AND coalesce(o.modo, 'aprobar') IN ('enviar', 'aprobar')
   GROUP BY r.robot_id`;

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
