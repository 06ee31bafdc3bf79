import { byId } from './by-id.ts';
import { keepDraining } from './give-back.ts';
import { give, type Holder, type Machine, missing, takeAway, takeBack } from './holdings.ts';
import type { BalanceSettings } from './model.ts';
import { giveWhatIsFree, inTurn } from './share-out.ts';
import { handOver, isEmpty, type Shelf, type Shelves, shelfOf } from './shelves.ts';
import { placeOf, type Walk, walkOf } from './walk.ts';

/** Idle equipos of one robot, of one pool, that a more important one could have; `shelf` once somebody has looked. */
type Lot = { readonly victim: Holder; readonly idle: readonly Machine[]; shelf: Shelf | null };
/** The least important robot first; a lot is gone once its robot has none to spare. */
type Line = Walk<Lot>;
type Lines = {
  /** By the pool of the equipos, whoever has them. */
  readonly byPool: ReadonlyMap<string | null, Line>;
  /** General's equipos, by the pool of the robots that borrowed them. */
  readonly borrowed: ReadonlyMap<string | null, Line>;
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
  const [byPool, borrowed] = [new Map<string | null, Lot[]>(), new Map<string | null, Lot[]>()];
  for (const victim of holders.toReversed()) {
    if (victim.load.saber !== 'actual' || toSpare(victim) <= 0) continue;
    for (const [poolId, idle] of idleByPool(victim)) {
      const lot = { victim, idle, shelf: null };
      queueUp(byPool, poolId, lot);
      if (poolId === null && victim.robot.poolId !== null) queueUp(borrowed, victim.robot.poolId, lot);
    }
  }
  return { byPool: inLine(byPool), borrowed: inLine(borrowed) };
};

const queueUp = (lots: Map<string | null, Lot[]>, poolId: string | null, lot: Lot): void => {
  const queue = lots.get(poolId);
  if (queue === undefined) lots.set(poolId, [lot]);
  else queue.push(lot);
};

const inLine = (lots: ReadonlyMap<string | null, Lot[]>): ReadonlyMap<string | null, Line> =>
  new Map([...lots].map(([poolId, some]) => [poolId, walkOf(some, isUsedUp)] as const));

/** What it has above the Min that its tickets justify. */
const toSpare = ({ useful, size }: Holder): number => useful - size.basic;

const isIdleOf = (machine: Machine, victim: Holder): boolean => machine.owner === victim && !machine.draining && !machine.equipo.ocupado;

const isUsedUp = ({ victim, shelf }: Lot): boolean => toSpare(victim) <= 0 || (shelf !== null && isEmpty(shelf));

/** Where some robots may not have some equipos, what this plan has given is there too: another may be able to have no other. */
const idleByPool = (victim: Holder): ReadonlyMap<string | null, Machine[]> => {
  const { initial, given } = victim;
  const has = given === null ? initial : [...initial, ...given].sort(byId);
  return Map.groupBy(
    has.filter((machine) => isIdleOf(machine, victim)),
    ({ equipo }) => equipo.poolId,
  );
};

const takeFrom = (line: Line | undefined, winner: Holder, most: number): void => {
  if (line === undefined) return;
  for (let at = placeOf(line, 0); at < line.all.length && missing(winner, most) > 0; at = placeOf(line, at + 1)) {
    const lot = line.all[at] as Lot;
    const { victim } = lot;
    if (victim.priority <= winner.priority) return;
    lot.shelf ??= shelfOf(lot.idle, (machine) => !isIdleOf(machine, victim));
    handOver(lot.shelf, winner, Math.min(missing(winner, most), toSpare(victim)), evict);
  }
};

/** From whoever has it, or was to have it by this very plan. */
const evict = (machine: Machine, winner: Holder): void => {
  if (machine.equipo.robotId === machine.owner?.id)
    takeAway(machine, { accion: 'DESALOJO_POR_PRIORIDAD_ESTRICTA', why: 'desalojo', winner });
  else takeBack(machine);
  give(machine, winner);
};
