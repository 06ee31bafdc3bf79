import { settle } from '#server/cola/settle.ts';
import { takeNext } from '#server/cola/take-next.ts';
import type { PeerHouse, QueueHouse } from '../../lib/queue-house.ts';
import type { Contender } from '../../lib/rounds.ts';
import { now, perSecond } from '../../lib/speed.ts';

/** Trámites of one round: half a second or more of work. */
const perRound = 3000;

const completed = { verb: 'complete', result: { numero: 'REG-1', fecha: '2025-01-01T10:00:00.000Z' } } as const;

/** As the dispatcher works: a slot's trámite is completed and its next one taken in one transaction. */
export const turns = (name: string, { db, addPending }: QueueHouse): Contender => ({
  name,
  run: async () => {
    await addPending(perRound);
    return perSecond(perRound, async () => {
      let at = await db.write(() => takeNext(db, now(), ['bench']));
      for (let done = 0; done < perRound; done++) {
        if (!at) throw new Error('the queue ran dry');
        const { id } = at;
        at = await db.write(() => {
          settle(db, now(), id, completed);
          return takeNext(db, now(), ['bench']);
        });
      }
    });
  },
});

/** Each in a transaction of its own, as plainjobs does it. */
export const apart = (name: string, { db, addPending }: QueueHouse): Contender => ({
  name,
  run: async () => {
    await addPending(perRound);
    return perSecond(perRound, async () => {
      for (let done = 0; done < perRound; done++) {
        const taken = await db.write(() => takeNext(db, now(), ['bench']));
        if (!taken) throw new Error('the queue ran dry');
        await db.write(() => settle(db, now(), taken.id, completed));
      }
    });
  },
});

export const peer = (name: string, { jobs, addPending }: PeerHouse): Contender => ({
  name,
  run: () => {
    addPending(perRound);
    return perSecond(perRound, () => {
      for (let done = 0; done < perRound; done++) {
        const job = jobs.getAndMarkJobAsProcessing('bench');
        if (!job) throw new Error('the queue of plainjobs ran dry');
        JSON.parse(job.data);
        jobs.markJobAsDone(job.id);
      }
    });
  },
});
