import { byId, rankOf } from './by-id.ts';
import { type Cooling, coolingOf, mayGrow } from './cooling.ts';
import type { Accion, BalanceEquipo, BalanceRobot, BalanceSettings, BalanceSnapshot, RobotLoad, RobotMemory } from './model.ts';
import { loadOf, priorityOf, type Sizing, sizeOf } from './needs.ts';

/** Why an equipo leaves its robot, now or when its run ends. */
export type Leaving = {
  readonly accion: Accion;
  readonly why: 'robot' | 'sin_carga' | 'equipo' | 'excedente' | 'terminado' | 'desalojo';
  /** Of an equipo that may not be lent: the reason. */
  readonly motivo?: string;
  /** Of an equipo given to a more important robot: which. */
  readonly winner?: Holder;
};

/** An equipo while the plan is made: as it was (`equipo`), and as it will be. */
export type Machine = {
  readonly equipo: BalanceEquipo;
  readonly id: string;
  readonly rank: number;
  owner: Holder | null;
  draining: boolean;
  leaving: Leaving | null;
  /** Its turn among those its robot gave back, and among those its robot got. */
  left: number;
  came: number;
};

/** A robot while the plan is made. */
export type Holder = {
  readonly robot: BalanceRobot;
  readonly id: string;
  readonly rank: number;
  readonly priority: number;
  readonly load: RobotLoad;
  readonly size: Sizing;
  readonly memory: RobotMemory | undefined;
  readonly cooling: Cooling | null;
  /** What it holds at the beginning, in the order of ids. */
  readonly initial: Machine[];
  /** What it was given since, another may have got it instead; null = nobody is kept off any equipo, and nobody asks. */
  readonly given: Machine[] | null;
  /** Rows it has, those being taken back included. */
  held: number;
  /** Of them, those that work for it: neither being taken back nor lost. */
  useful: number;
  /** `useful` at the beginning. */
  before: number;
  /** `held` at the beginning. */
  had: number;
  /** Equipos it may come to now. */
  goal: number;
  /** It gave some back because it had more than it needs. */
  shrank: boolean;
  /** Equipos chosen for it or from it so far. */
  turns: number;
};

export type Holdings = {
  /** By priority, then by id. */
  readonly holders: readonly Holder[];
  /** In any order. */
  readonly machines: readonly Machine[];
};

/** Lays the snapshot out as robots with what they hold. Equipos of a robot nobody knows get one that may have none. */
export const readHoldings = (snapshot: BalanceSnapshot, settings: BalanceSettings, now: number): Holdings => {
  const byRobot = new Map<string, Holder>();
  const rules = { snapshot, settings, now, picky: snapshot.equipos.some(({ vetados }) => vetados.size > 0) };
  const add = (robot: BalanceRobot): Holder => {
    const holder = holderOf(robot, rules);
    byRobot.set(robot.robotId, holder);
    return holder;
  };
  for (const robot of snapshot.robots) add(robot);
  const machines = snapshot.equipos.map(machineOf);
  for (const machine of machines) {
    const { robotId } = machine.equipo;
    if (robotId !== null) hold(machine, byRobot.get(robotId) ?? add(unknownRobot(robotId)));
  }
  const holders = [...byRobot.values()].sort((a, b) => a.priority - b.priority || byId(a, b));
  for (const { initial } of holders) initial.sort(byId);
  return { holders, machines };
};

const unknownRobot = (robotId: string): BalanceRobot => ({
  ...{ robotId, robot: robotId, poolId: null, min: 0, max: -1, ratio: null, prioridad: 100 },
  noApto: 'el robot ya no existe',
});

type Rules = { readonly snapshot: BalanceSnapshot; readonly settings: BalanceSettings; readonly now: number; readonly picky: boolean };

const holderOf = (robot: BalanceRobot, { snapshot, settings, now, picky }: Rules): Holder => {
  const load = loadOf(snapshot.load.get(robot.robotId));
  const memory = snapshot.memory.get(robot.robotId);
  return {
    robot,
    id: robot.robotId,
    rank: rankOf(robot.robotId),
    priority: priorityOf(robot),
    load,
    size: sizeOf(robot, robot.noApto === null ? load.tickets : 0, settings.ratio),
    memory,
    cooling: coolingOf(memory, settings.enfriamientoMs, now),
    initial: [],
    given: picky ? [] : null,
    held: 0,
    useful: 0,
    before: 0,
    had: 0,
    goal: 0,
    shrank: false,
    turns: 0,
  };
};

const machineOf = (equipo: BalanceEquipo): Machine => ({
  equipo,
  id: equipo.equipoId,
  rank: rankOf(equipo.equipoId),
  owner: null,
  draining: false,
  leaving: null,
  left: 0,
  came: 0,
});

const hold = (machine: Machine, holder: Holder): void => {
  machine.owner = holder;
  machine.draining = machine.equipo.liberando;
  holder.initial.push(machine);
  holder.held++;
  holder.had++;
  if (machine.draining) return;
  holder.useful++;
  holder.before++;
};

/** A robot of a pool uses that pool's equipos and, unless pools are isolated, General's. */
export const mayUse = ({ robot }: Holder, { poolId }: BalanceEquipo, { aislamiento }: BalanceSettings): boolean =>
  poolId === robot.poolId || (!aislamiento && poolId === null);

/** Nothing keeps that robot off this equipo alone. */
export const isWelcome = ({ vetados }: BalanceEquipo, { id }: Holder): boolean => vetados.size === 0 || !vetados.has(id);

/** What is known of its tickets; null = nothing. */
export const ticketsOf = ({ load }: Holder): number | null => (load.saber === 'desconocida' ? null : load.tickets);

/** It has no equipo yet, got fewer than it needed for lack of them, or is not cooling: it may grow to all it needs. */
export const growsFreely = ({ useful, memory, cooling, load }: Holder): boolean =>
  useful === 0 || memory?.incompleto === true || mayGrow(cooling, load.tickets);

/** How many more it is to have now, up to `most`, within its Max: what is being taken back still counts towards it. */
export const missing = ({ goal, useful, held, size }: Holder, most: number): number =>
  Math.max(0, Math.min(Math.min(most, goal) - useful, size.max - held));

export const give = (machine: Machine, holder: Holder): void => {
  holder.held++;
  holder.useful++;
  machine.owner = holder;
  machine.draining = false;
  machine.came = ++holder.turns;
  holder.given?.push(machine);
};

/** Undoes `give`: nothing has happened yet. */
export const takeBack = (machine: Machine): void => {
  const { owner } = machine;
  if (owner === null) return;
  owner.held--;
  owner.useful--;
  machine.owner = null;
};

export const takeAway = (machine: Machine, leaving: Leaving): void => {
  const { owner } = machine;
  if (owner === null) return;
  owner.held--;
  if (!machine.draining) owner.useful--;
  machine.owner = null;
  machine.draining = false;
  machine.leaving = leaving;
  machine.left = ++owner.turns;
};

/** It works: it keeps its row, starts nothing more and is taken back when its run ends. */
export const drain = (machine: Machine, leaving: Leaving): void => {
  const { owner } = machine;
  if (owner === null || machine.draining) return;
  owner.useful--;
  machine.draining = true;
  machine.leaving = leaving;
  machine.left = ++owner.turns;
};

export const keepAfterAll = (machine: Machine): void => {
  const { owner } = machine;
  if (owner === null) return;
  owner.useful++;
  machine.draining = false;
  machine.came = ++owner.turns;
};
