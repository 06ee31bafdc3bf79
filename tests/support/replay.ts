import type { BalanceEquipo, BalancePlan, BalanceRobot, BalanceSettings, BalanceSnapshot, RobotMemory } from '#server/balance/model.ts';
import { applyInMemory } from './apply-in-memory.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
/** A Monday, 00:00. */
const monday = Date.parse('2026-11-23T00:00:00.000Z');
const cycle = 120 * second;

/** Always the same numbers in [0, 1) from that seed (mulberry32). */
const randomOf = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

type Ticket = { readonly at: number; readonly takes: number };
export type Week = {
  readonly robots: readonly BalanceRobot[];
  readonly equipos: readonly BalanceEquipo[];
  readonly tickets: ReadonlyMap<string, readonly Ticket[]>;
};

/** How much comes at that hour: little at night, less at the weekend, two peaks on working days. */
const wave = (at: number): number => {
  const [ofDay, ofWeek] = [((at - monday) % day) / hour, Math.floor((at - monday) / day)];
  const peaks = Math.exp(-((ofDay - 10.5) ** 2) / 4) + 0.7 * Math.exp(-((ofDay - 16.5) ** 2) / 3);
  return (0.12 + peaks) * (ofWeek > 4 ? 0.3 : 1);
};

/** Fourteen robots of three pools, 36 equipos, and a week of tickets: waves by day and night, and bursts of some hundred at any hour. */
export const weekOf = (seed: number, count = 36): Week => {
  const random = randomOf(seed);
  const pools = [null, 'A', 'B'];
  const robots = Array.from(
    { length: 14 },
    (_, index): BalanceRobot => ({
      ...{
        robotId: String(100 + index),
        robot: `P${index}`,
        poolId: pools[index % 3] ?? null,
        min: 1 + (index % 2),
        max: index % 5 ? -1 : 8,
      },
      ...{ ratio: index % 4 ? null : 5, prioridad: 10 * (1 + ((index * 5) % 7)), noApto: null },
    }),
  );
  const equipos = Array.from(
    { length: count },
    (_, index): BalanceEquipo => ({
      ...{ equipoId: String(1 + index), poolId: pools[index % 3] ?? null, noApto: null, fijo: false, robotId: null },
      ...{ liberando: false, ocupado: false, ultimoRobotId: null, vetados: new Map() },
    }),
  );
  const ticketsOf = (index: number): Ticket[] => {
    const [perHour, takes] = [25 + 20 * random(), (2 + 4 * random()) * minute];
    const ticket = (at: number): Ticket => ({ at, takes: takes * (0.5 + random()) });
    const some: Ticket[] = [];
    for (let at = monday; at < monday + 7 * day; at += minute) {
      if (random() < (perHour / 60) * wave(at)) some.push(ticket(at + minute * random()));
      if (random() < 1 / (2 * 24 * 60)) for (let n = 40 + 20 * (index % 4); n > 0; n--) some.push(ticket(at));
    }
    return some.sort((a, b) => a.at - b.at);
  };
  return { robots, equipos, tickets: new Map(robots.map(({ robotId }, index) => [robotId, ticketsOf(index)])) };
};

export type Figures = {
  readonly tickets: number;
  /** Minutes a ticket waits: in the mean, and what 95 of 100 do not exceed. */
  readonly meanWait: number;
  readonly p95Wait: number;
  /** The longest mean of any one robot. */
  readonly worstRobot: number;
  /** Equipos that came to or left a robot, per equipo and hour. */
  readonly movesPerHour: number;
  /** Times a robot with tickets changed its mind: grew and shrank, or the other way round, within five minutes; per robot and day. */
  readonly turnsPerDay: number;
};

type Planner = (snapshot: BalanceSnapshot, settings: BalanceSettings, now: number) => BalancePlan;
type Queue = { readonly tickets: readonly Ticket[]; arrived: number; started: number };

const arriveUntil = (queue: Queue, until: number): number => {
  while ((queue.tickets[queue.arrived]?.at ?? Number.POSITIVE_INFINITY) <= until) queue.arrived++;
  return Math.max(0, queue.arrived - queue.started);
};

/** The equipos of one robot do its tickets one after the other until the next cycle; answers how long each waited. */
const work = (queue: Queue, freeAt: Map<string, number>, mine: readonly string[], from: number): number[] => {
  const waits: number[] = [];
  for (;;) {
    const ticket = queue.tickets[queue.started];
    const next = mine.reduce((best, id) => ((freeAt.get(id) ?? 0) < (freeAt.get(best) ?? 0) ? id : best), mine[0] ?? '');
    if (ticket === undefined || next === '') return waits;
    const start = Math.max(freeAt.get(next) ?? 0, ticket.at, from);
    if (start >= from + cycle) return waits;
    queue.started++;
    waits.push(start - ticket.at);
    freeAt.set(next, start + ticket.takes);
  }
};

/**
 * Counts what plans do. To give back for lack of tickets is no change of mind, nor is what follows it: those that still work keep their
 * rows meanwhile, so the first equipos after it may be counted from more than none.
 */
const tallyOf = () => {
  const last = new Map<string, { readonly sign: number; readonly at: number }>();
  const tally = { moves: 0, turns: 0 };
  const note = ({ actions }: BalancePlan, now: number): void => {
    for (const { antes, despues, robotId, tickets } of actions) {
      tally.moves += Math.abs(despues - antes);
      const [sign, before] = [Math.sign(despues - antes), last.get(robotId)];
      if (sign === 0) continue;
      if (before?.sign === -sign && now - before.at < 5 * minute && antes > 0 && tickets !== 0) tally.turns++;
      if (tickets === 0) last.delete(robotId);
      else last.set(robotId, { sign, at: now });
    }
  };
  return { tally, note };
};

/** The week under that planner, in virtual time: a cycle each 120 s, equipos work only for their robot, and what is left is done after. */
export const replay = (week: Week, planner: Planner, settings: BalanceSettings): Figures => {
  const queues = new Map([...week.tickets].map(([id, tickets]): [string, Queue] => [id, { tickets, arrived: 0, started: 0 }]));
  const waits = new Map<string, number[]>([...queues.keys()].map((id) => [id, []]));
  const [freeAt, lastOf] = [new Map<string, number>(), new Map<string, string>()];
  const { tally, note } = tallyOf();
  let [equipos, memory]: [readonly BalanceEquipo[], ReadonlyMap<string, RobotMemory>] = [week.equipos, new Map()];
  const isPending = (): boolean => [...queues.values()].some((queue) => queue.started < queue.tickets.length);
  for (let now = monday; now < monday + 9 * day && isPending(); now += cycle) {
    const load = new Map([...queues].map(([id, queue]) => [id, { tickets: arriveUntil(queue, now), saber: 'actual' }] as const));
    equipos = equipos.map((one) => ({
      ...one,
      ocupado: (freeAt.get(one.equipoId) ?? 0) > now,
      ultimoRobotId: lastOf.get(one.equipoId) ?? null,
    }));
    const snapshot = { robots: week.robots, equipos, load, memory };
    const plan = planner(snapshot, settings, now);
    note(plan, now);
    ({ equipos, memory } = applyInMemory(snapshot, plan));
    const working = Map.groupBy(
      equipos.filter(({ liberando }) => !liberando),
      ({ robotId }) => robotId ?? '',
    );
    for (const [id, queue] of queues) {
      const mine = (working.get(id) ?? []).map(({ equipoId }) => equipoId);
      for (const one of mine) lastOf.set(one, id);
      waits.get(id)?.push(...work(queue, freeAt, mine, now));
    }
  }
  const movesPerHour = tally.moves / (week.equipos.length * 7 * 24);
  return { ...waitsOf([...waits.values()]), movesPerHour, turnsPerDay: tally.turns / (week.robots.length * 7) };
};

const meanOf = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0) / Math.max(1, list.length) / minute;

const waitsOf = (byRobot: readonly number[][]) => {
  const all = byRobot.flat().sort((a, b) => a - b);
  const p95Wait = (all[Math.floor(0.95 * all.length)] ?? 0) / minute;
  return { tickets: all.length, meanWait: meanOf(all), p95Wait, worstRobot: Math.max(...byRobot.map(meanOf)) };
};
