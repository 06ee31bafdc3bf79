import { enqueue, type NewTramite } from '#server/cola/enqueue.ts';
import { newTramite, type QueueHouse } from '../../lib/queue-house.ts';
import type { Contender } from '../../lib/rounds.ts';
import { now, perSecond } from '../../lib/speed.ts';

const perRound = 5000;
const size = 100;

const lotsOf = (house: QueueHouse): NewTramite[][] =>
  Array.from({ length: perRound / size }, () => Array.from({ length: size }, () => newTramite(house.next())));

/** The verb of the house: rows and their events, a transaction per lot. */
export const lots = (name: string, house: QueueHouse): Contender => ({
  name,
  run: async () => {
    const waiting = lotsOf(house);
    const speed = await perSecond(perRound, async () => {
      for (const rows of waiting) await house.db.write(() => enqueue(house.db, now(), rows));
    });
    house.empty();
    return speed;
  },
});

/** The same rows by a prepared INSERT, a transaction per lot, without events: the least anybody could do. */
export const rawLots = (name: string, house: QueueHouse): Contender => ({
  name,
  run: async () => {
    const { sqlite } = house.db;
    const insert = sqlite.prepare(
      `INSERT INTO tramite_queue (site_id, resource_id, expediente, payload, url_directa, priority, rule_version, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const insertLot = sqlite.transaction((rows: readonly NewTramite[]) => {
      for (const { siteId, resourceId, expediente, payload, urlDirecta, priority, ruleVersion } of rows)
        insert.run(siteId, resourceId, expediente, JSON.stringify(payload), urlDirecta, priority, ruleVersion, now());
    });
    const waiting = lotsOf(house);
    const speed = await perSecond(perRound, () => {
      for (const rows of waiting) insertLot(rows);
    });
    house.empty();
    return speed;
  },
});
