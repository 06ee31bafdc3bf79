import { byId } from './by-id.ts';
import { give, type Holder, isWelcome, type Machine } from './holdings.ts';
import { placeOf, type Walk, walkOf } from './walk.ts';

/** Equipos that can be had: those that are gone are not met again. */
export type Shelf = {
  /** By id. */
  readonly walk: Walk<Machine>;
  /** By the robot that used them last. */
  readonly usedBy: ReadonlyMap<string, readonly Machine[]>;
};

export type Shelves = ReadonlyMap<string | null, Shelf>;

/** `machines` by id. */
export const shelfOf = (machines: readonly Machine[], isGone: (machine: Machine) => boolean): Shelf => {
  const usedBy = new Map<string, Machine[]>();
  for (const machine of machines) {
    const { ultimoRobotId } = machine.equipo;
    if (ultimoRobotId === null) continue;
    const used = usedBy.get(ultimoRobotId);
    if (used === undefined) usedBy.set(ultimoRobotId, [machine]);
    else used.push(machine);
  }
  return { walk: walkOf(machines, isGone), usedBy };
};

export const isEmpty = ({ walk }: Shelf): boolean => placeOf(walk, 0) === walk.all.length;

/** Free = may be lent, idle and nobody's, over all pools: what one robot takes is gone for all. */
export const freeOf = (machines: readonly Machine[]): Shelves => {
  const byPool = new Map<string | null, Machine[]>();
  for (const machine of machines) {
    if (!isFree(machine)) continue;
    const some = byPool.get(machine.equipo.poolId);
    if (some === undefined) byPool.set(machine.equipo.poolId, [machine]);
    else some.push(machine);
  }
  const shelves = new Map<string | null, Shelf>();
  for (const [poolId, some] of byPool) shelves.set(poolId, shelfOf(some.sort(byId), isTaken));
  return shelves;
};

const isFree = ({ owner, equipo }: Machine): boolean => owner === null && equipo.noApto === null && !equipo.fijo && !equipo.ocupado;

const isTaken = ({ owner }: Machine): boolean => owner !== null;

/** Gives the robot up to `count` free ones of that pool. */
export const giveFrom = (shelves: Shelves, poolId: string | null, holder: Holder, count: number): void => {
  const shelf = count > 0 ? shelves.get(poolId) : undefined;
  if (shelf !== undefined) handOver(shelf, holder, count, give);
};

/** Hands the robot up to `count` of those it may have: those it used last first, then by id. `hand` makes each of them gone. */
export const handOver = (
  { walk, usedBy }: Shelf,
  holder: Holder,
  count: number,
  hand: (machine: Machine, holder: Holder) => void,
): void => {
  let left = count;
  for (const machine of usedBy.get(holder.id) ?? none) {
    if (left <= 0) return;
    if (walk.isGone(machine) || !isWelcome(machine.equipo, holder)) continue;
    hand(machine, holder);
    left--;
  }
  for (let at = placeOf(walk, 0); left > 0 && at < walk.all.length; at = placeOf(walk, at + 1)) {
    const machine = walk.all[at] as Machine;
    if (!isWelcome(machine.equipo, holder)) continue;
    hand(machine, holder);
    left--;
  }
};

const none: readonly Machine[] = [];
