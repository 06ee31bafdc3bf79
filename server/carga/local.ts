import { countDue } from '#server/cola/count-due.ts';
import { servedByA360 } from '#server/cola/for-robot.ts';
import type { Db } from '#server/db/open.ts';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';
import { type Clock, isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';

/** Organismos whose trámites a robot of A360 sends: all of them, or those a person has approved. */
const served = `
  SELECT robot_id AS robotId, site_id AS siteId, modo = 'aprobar' AS approvedOnly
    FROM (${servedByA360}) WHERE modo IN ('enviar', 'aprobar')`;

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
