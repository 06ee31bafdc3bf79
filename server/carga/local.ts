import { countDue } from '#server/cola/count-due.ts';
import type { Db } from '#server/db/open.ts';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';
import { type Clock, isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';

/** Organismos whose trámites a robot of A360 sends: all of them, or those a person has approved. */
const served = `
  SELECT r.robot_id AS robotId, o.site_id AS siteId, coalesce(o.modo, 'aprobar') = 'aprobar' AS approvedOnly
    FROM organismo_config AS o JOIN robots AS r ON r.robot_id = coalesce(nullif(trim(o.robot), ''), o.site_id)
   WHERE r.kind = 'a360' AND coalesce(o.modo, 'aprobar') IN ('enviar', 'aprobar')`;

type Served = { readonly robotId: string; readonly siteId: string; readonly approvedOnly: number };

/** Our own queue, as one of those who count tickets: per robot of A360, the trámites it could take now. */
export const createLocalQueue = ({ db, clock }: { readonly db: Db; readonly clock: Clock }): LoadProvider => ({
  name: 'local',
  place: 'Cola de Cerebro',
  load: async (): Promise<LoadAnswer> => {
    try {
      const all = db.sql(served).all() as Served[];
      const sites = new Map(all.map(({ siteId, approvedOnly }) => [siteId, { approvedOnly: approvedOnly === 1 }]));
      const counts = await countDue(db, isoNow(clock), sites);
      const tickets = new Map<string, number>();
      for (const { robotId, siteId } of all) tickets.set(robotId, (tickets.get(robotId) ?? 0) + (counts.get(siteId) ?? 0));
      return { kind: 'ok', tickets };
    } catch (error) {
      return { kind: 'failed', reason: `No se ha podido contar la cola de Cerebro: ${asError(error).message}.` };
    }
  },
  close: async () => undefined,
});
