import { keepDraining } from './give-back.ts';
import { give, type Holder, type Machine, missing, takeAway } from './holdings.ts';
import type { BalanceSettings } from './model.ts';
import { giveWhatIsFree, inTurn } from './share-out.ts';
import type { Shelves } from './shelves.ts';

/** Idle equipos of one robot that a more important one could have, by id. */
type Lot = { readonly victim: Holder; readonly idle: Machine[] };
/** Lots, the least important robot first; those before `next` are used up. */
type Line = { readonly lots: Lot[]; next: number };
type Lines = {
  /** By the pool of the equipos, whoever has them. */
  readonly byPool: Map<string | null, Line>;
  /** General's equipos, by the pool of the robots that borrowed them. */
  readonly borrowed: Map<string | null, Line>;
};

/**
 * Robots still short take idle equipos from strictly less important ones of the same pool, the worst first, victim and winner in one step;
 * first up to the Min of each, then the rest. What it still has or is free comes first: one that has just lost some may
 * find others.
 */
export const preempt = (holders: readonly Holder[], shelves: Shelves, settings: BalanceSettings): void => {
  const lines = linesOf(holders);
  const takers = inTurn(holders.filter(({ goal }) => goal > 0));
  const serve = (holder: Holder, most: number): void => {
    keepDraining(holder, most, settings);
    if (missing(holder, most) === 0) return;
    giveWhatIsFree(holder, shelves, settings, most);
    takeFrom(lines.byPool.get(holder.robot.poolId), holder, most);
    takeFrom(lines.borrowed.get(holder.robot.poolId), holder, most);
  };
  for (const holder of takers) serve(holder, holder.size.basic);
  for (const holder of takers) serve(holder, holder.goal);
};

/** Of robots whose tickets are known: those a failed provider feeds keep theirs. */
const linesOf = (holders: readonly Holder[]): Lines => {
  const lines: Lines = { byPool: new Map(), borrowed: new Map() };
  for (const victim of holders.toReversed()) {
    if (victim.load.saber !== 'actual' || toSpare(victim) <= 0) continue;
    for (const [poolId, idle] of idleByPool(victim)) {
      const lot = { victim, idle };
      queueUp(lines.byPool, poolId, lot);
      if (poolId === null && victim.robot.poolId !== null) queueUp(lines.borrowed, victim.robot.poolId, lot);
    }
  }
  return lines;
};

const queueUp = (lines: Map<string | null, Line>, poolId: string | null, lot: Lot): void => {
  const line = lines.get(poolId);
  if (line === undefined) lines.set(poolId, { lots: [lot], next: 0 });
  else line.lots.push(lot);
};

/** What it has above the Min that its tickets justify. */
const toSpare = ({ useful, size }: Holder): number => useful - size.basic;

const isIdleOf = (machine: Machine, victim: Holder): boolean => machine.owner === victim && !machine.draining && !machine.equipo.ocupado;

const idleByPool = (victim: Holder): ReadonlyMap<string | null, Machine[]> =>
  Map.groupBy(
    victim.initial.filter((machine) => isIdleOf(machine, victim)),
    ({ equipo }) => equipo.poolId,
  );

const takeFrom = (line: Line | undefined, winner: Holder, most: number): void => {
  if (line === undefined) return;
  for (; line.next < line.lots.length; line.next++) {
    const lot = line.lots[line.next] as Lot;
    if (lot.victim.priority <= winner.priority) return;
    takeFromLot(lot, winner, missing(winner, most));
    if (missing(winner, most) === 0) return;
  }
};

/** Those the winner used last first, then by id. */
const takeFromLot = ({ victim, idle }: Lot, winner: Holder, count: number): void => {
  const most = Math.min(count, toSpare(victim));
  if (most <= 0) return;
  const there = idle.filter((machine) => isIdleOf(machine, victim));
  const usedBefore = there.filter(({ equipo }) => equipo.ultimoRobotId === winner.robot.robotId);
  const others = there.filter(({ equipo }) => equipo.ultimoRobotId !== winner.robot.robotId);
  for (const machine of [...usedBefore, ...others].slice(0, most)) {
    takeAway(machine, { accion: 'DESALOJO_POR_PRIORIDAD_ESTRICTA', why: 'desalojo', winner });
    give(machine, winner);
  }
};
