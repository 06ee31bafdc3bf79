import { enqueue } from '#server/cola/enqueue.ts';
import { settle } from '#server/cola/settle.ts';
import { takeNext } from '#server/cola/take-next.ts';
import { ratios } from '../lib/figures.ts';
import { installPeers } from '../lib/peers.ts';
import { newTramite, openPeerHouse, openQueueHouse, type PeerHouse, type QueueHouse } from '../lib/queue-house.ts';
import type { Contender, Figures } from '../lib/rounds.ts';
import type { Bench, Section } from '../lib/section.ts';

const finishedRows = 1_000_000;
/** Trámites of one round: half a second or more of work. */
const perRound = 3000;
const lot = 100;

const perSecond = async (operations: number, work: () => unknown): Promise<number> => {
  const began = performance.now();
  await work();
  return operations / ((performance.now() - began) / 1000);
};

const now = (): string => new Date().toISOString();
const result = { numero: 'REG-1', fecha: '2025-01-01T10:00:00.000Z' };

const takeAndComplete = (name: string, house: QueueHouse): Contender => ({
  name,
  run: async () => {
    const { db } = house;
    await house.addPending(perRound);
    return perSecond(perRound, async () => {
      for (let done = 0; done < perRound; done++) {
        const taken = await db.write(() => takeNext(db, now(), ['bench']));
        if (!taken) throw new Error('the queue ran dry');
        await db.write(() => settle(db, now(), taken.id, { verb: 'complete', result }));
      }
    });
  },
});

const peerTakeAndComplete = (name: string, { jobs, addPending }: PeerHouse): Contender => ({
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

const lots = (house: QueueHouse) =>
  Array.from({ length: perRound / lot }, () => Array.from({ length: lot }, () => newTramite(house.next())));

const enqueueLots = (name: string, house: QueueHouse): Contender => ({
  name,
  run: async () => {
    const waiting = lots(house);
    const speed = await perSecond(perRound, async () => {
      for (const rows of waiting) await house.db.write(() => enqueue(house.db, now(), rows));
    });
    house.empty();
    return speed;
  },
});

/** The same rows by a prepared INSERT, a transaction per lot, without events: the least anybody could do. */
const rawLots = (name: string, house: QueueHouse): Contender => ({
  name,
  run: async () => {
    const { sqlite } = house.db;
    const insert = sqlite.prepare(
      `INSERT INTO tramite_queue (site_id, resource_id, expediente, payload, url_directa, priority, rule_version, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const waiting = lots(house);
    const insertLot = sqlite.transaction((rows: ReturnType<typeof newTramite>[]) => {
      for (const row of rows)
        insert.run(
          ...[row.siteId, row.resourceId, row.expediente, JSON.stringify(row.payload)],
          ...[row.urlDirecta, row.priority, row.ruleVersion, now()],
        );
    });
    const speed = await perSecond(perRound, () => {
      for (const rows of waiting) insertLot(rows);
    });
    house.empty();
    return speed;
  },
});

const of = ({ byName }: Figures, name: string): readonly number[] => byName.get(name) ?? [];

const reportPair = (bench: Bench, figures: Figures, names: { ours: string; peer: string; what: string; goal: number }): void => {
  for (const size of ['vacía', 'llena']) {
    const [ours, peer] = [of(figures, `${names.ours} ${size}`), of(figures, `${names.peer} ${size}`)];
    bench.report({ section: 'cola', what: `${names.what}, ${size}: por segundo`, values: ours, unit: '/s', goal: null });
    bench.report({
      section: 'cola',
      what: `${names.what}, ${size}: frente a ${names.peer}`,
      values: ratios(ours, peer),
      unit: '×',
      goal: { sign: '>=', value: names.goal },
    });
  }
  bench.report({
    section: 'cola',
    what: `${names.what}: con 1.000.000 de filas terminadas frente a ninguna`,
    values: ratios(of(figures, `${names.ours} llena`), of(figures, `${names.ours} vacía`)),
    unit: '×',
    goal: { sign: '>=', value: 0.7 },
  });
};

const run = async (bench: Bench): Promise<void> => {
  installPeers(bench.tell);
  bench.tell('llenando dos colas con 1.000.000 de filas terminadas');
  const houses = { vacía: openQueueHouse(bench.folder('vacia'), 0), llena: openQueueHouse(bench.folder('llena'), finishedRows) };
  const peers = {
    vacía: openPeerHouse(`${bench.folder('peer')}/vacia.db`, 0),
    llena: openPeerHouse(`${bench.folder('peer')}/llena.db`, finishedRows),
  };
  const sizes = ['vacía', 'llena'] as const;
  const bare = await bench.rounds(
    sizes.flatMap((size) => [takeAndComplete(`Cerebro ${size}`, houses[size]), peerTakeAndComplete(`plainjobs ${size}`, peers[size])]),
  );
  reportPair(bench, bare, { ours: 'Cerebro', peer: 'plainjobs', what: 'tomar y completar', goal: 1 });
  const lotsFigures = await bench.rounds(
    sizes.flatMap((size) => [enqueueLots(`Cerebro ${size}`, houses[size]), rawLots(`INSERT ${size}`, houses[size])]),
  );
  reportPair(bench, lotsFigures, { ours: 'Cerebro', peer: 'INSERT', what: 'encolar de 100 en 100', goal: 0.5 });
  for (const house of Object.values(houses)) house.db.close();
  for (const peer of Object.values(peers)) peer.close();
};

export const colaSection: Section = { name: 'cola', about: 'tomar, completar y encolar', run };
