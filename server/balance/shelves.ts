import { byId } from './by-id.ts';
import { give, type Holder, type Machine } from './holdings.ts';

/** The free equipos of one pool. */
type Shelf = {
  /** By id; those before `next` are gone. */
  readonly all: Machine[];
  next: number;
  /** By the robot that used them last. */
  readonly usedBy: Map<string, Machine[]>;
};

export type Shelves = ReadonlyMap<string | null, Shelf>;

/** Free = may be lent, idle and nobody's, over all pools: what one robot takes is gone for all. */
export const freeOf = (machines: readonly Machine[]): Shelves => {
  const shelves = new Map<string | null, Shelf>();
  for (const machine of machines) if (isFree(machine)) shelfOf(shelves, machine.equipo.poolId).all.push(machine);
  for (const shelf of shelves.values())
    for (const machine of shelf.all.sort(byId)) {
      const { ultimoRobotId } = machine.equipo;
      if (ultimoRobotId !== null) noteUse(shelf, ultimoRobotId, machine);
    }
  return shelves;
};

const shelfOf = (shelves: Map<string | null, Shelf>, poolId: string | null): Shelf => {
  const shelf = shelves.get(poolId) ?? { all: [], next: 0, usedBy: new Map() };
  shelves.set(poolId, shelf);
  return shelf;
};

const noteUse = ({ usedBy }: Shelf, robotId: string, machine: Machine): void => {
  const used = usedBy.get(robotId);
  if (used === undefined) usedBy.set(robotId, [machine]);
  else used.push(machine);
};

const isFree = ({ owner, equipo }: Machine): boolean => owner === null && equipo.noApto === null && !equipo.fijo && !equipo.ocupado;

/** Gives the robot up to `count` free ones of that pool: those it used last first, then by id. */
export const giveFrom = (shelves: Shelves, poolId: string | null, holder: Holder, count: number): void => {
  const shelf = shelves.get(poolId);
  if (shelf === undefined || count <= 0) return;
  let left = count;
  for (const machine of shelf.usedBy.get(holder.robot.robotId) ?? []) {
    if (left === 0) return;
    if (machine.owner !== null) continue;
    give(machine, holder);
    left--;
  }
  for (; left > 0 && shelf.next < shelf.all.length; shelf.next++) {
    const machine = shelf.all[shelf.next] as Machine;
    if (machine.owner !== null) continue;
    give(machine, holder);
    left--;
  }
};
