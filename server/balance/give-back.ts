import { byId } from './by-id.ts';
import { mayShrink } from './cooling.ts';
import { drain, growsFreely, type Holder, isWelcome, keepAfterAll, type Leaving, type Machine, mayUse, takeAway } from './holdings.ts';
import type { BalanceSettings } from './model.ts';
import { lower } from './say.ts';

/**
 * First step of a robot: what it may no longer have leaves it, what it has too much goes back, and its goal is set. Before anybody gets
 * anything, so that what one gives back another has in the same plan.
 */
export const giveBack = (holder: Holder, settings: BalanceSettings): void => {
  const lost = loseWhatMayNotBe(holder, settings);
  holder.goal = goalOf(holder, lost);
  keepDraining(holder, holder.goal, settings);
  for (const machine of holder.initial) if (machine.draining && !machine.equipo.ocupado) takeAway(machine, finished);
  giveExcessBack(holder);
};

/** Answers how many working ones were lost by their own fault: the robot may have as many others at once. */
const loseWhatMayNotBe = (holder: Holder, settings: BalanceSettings): number => {
  const ofRobot = whyRobotLosesAll(holder);
  let lost = 0;
  for (const machine of holder.initial) {
    const { equipo, draining } = machine;
    const leaving = ofRobot ?? whyEquipoIsLost(machine, holder, settings);
    if (leaving === null) continue;
    if (!(ofRobot || draining)) lost++;
    // What a person does to an equipo wins: it leaves at once, whatever it does.
    if (equipo.fijo || !equipo.ocupado) takeAway(machine, leaving);
    else drain(machine, leaving);
  }
  return lost;
};

/** Neither waits for any cooling. A robot that may have none releases also while its tickets are not known. */
const whyRobotLosesAll = ({ robot, load }: Holder): Leaving | null => {
  if (robot.noApto !== null) return { accion: 'DESASIGNAR_ROBOT_NO_CANDIDATO', why: 'robot' };
  if (load.saber === 'actual' && load.tickets === 0) return { accion: 'DESASIGNAR_ROBOT_NO_CANDIDATO', why: 'sin_carga' };
  return null;
};

const whyEquipoIsLost = ({ equipo }: Machine, holder: Holder, settings: BalanceSettings): Leaving | null => {
  const lost = (motivo: string): Leaving => ({ accion: 'DESASIGNAR_EQUIPO_NO_APTO', why: 'equipo', motivo });
  if (equipo.noApto !== null) return lost(equipo.noApto);
  if (equipo.fijo) return lost('lo tiene una persona o una programación');
  if (!isWelcome(equipo, holder)) return lost(`este robot está suspendido en él: ${lower(equipo.vetados.get(holder.id) ?? '')}`);
  return mayUse(holder, equipo, settings) ? null : lost('es de otro pool');
};

/** Without knowing its tickets a robot stays as it is; while it cools it may only have back what it lost. */
const goalOf = (holder: Holder, lost: number): number => {
  if (holder.load.saber === 'desconocida') return holder.useful;
  if (growsFreely(holder)) return holder.size.need;
  return Math.min(holder.size.need, holder.useful + lost);
};

/**
 * One that was to be taken back and is needed again stays, up to so many working ones: nobody moves, so it comes before any other. Those
 * that can start now first.
 */
export const keepDraining = (holder: Holder, most: number, settings: BalanceSettings): void => {
  const needed = Math.min(most, holder.goal);
  if (holder.useful >= needed) return;
  const again = holder.initial.filter(
    (machine) => machine.owner === holder && machine.draining && whyEquipoIsLost(machine, holder, settings) === null,
  );
  const [idle, busy] = [again.filter(({ equipo }) => !equipo.ocupado), again.filter(({ equipo }) => equipo.ocupado)];
  for (const machine of [...idle, ...busy]) if (holder.useful < needed) keepAfterAll(machine);
};

/** It was decided by an earlier plan, whatever is known of the tickets now. */
const finished: Leaving = { accion: 'DESASIGNAR_EXCEDENTE_POOL', why: 'terminado' };

const giveExcessBack = (holder: Holder): void => {
  const excess = holder.useful - keptOf(holder);
  if (excess <= 0) return;
  const leaving: Leaving = { accion: 'DESASIGNAR_EXCEDENTE_POOL', why: 'excedente' };
  const working = holder.initial.filter((machine) => machine.owner === holder && !machine.draining);
  for (const machine of working.sort(firstToLeave(holder)).slice(0, excess)) {
    if (machine.equipo.ocupado) drain(machine, leaving);
    else takeAway(machine, leaving);
  }
  holder.shrank = true;
};

/** What it does not give back: all it has unless its tickets are known to be fewer; while it cools, all but what is above its Max. */
const keptOf = ({ useful, size, load, cooling }: Holder): number => {
  if (load.saber !== 'actual') return useful;
  return mayShrink(cooling, load.tickets) ? size.need : Math.max(size.need, Math.min(useful, size.max));
};

/** Idle before busy, another pool's before its own, others' before those it used last, the last id first. */
const firstToLeave =
  ({ robot }: Holder) =>
  (a: Machine, b: Machine): number =>
    Number(a.equipo.ocupado) - Number(b.equipo.ocupado) ||
    Number(a.equipo.poolId === robot.poolId) - Number(b.equipo.poolId === robot.poolId) ||
    Number(a.equipo.ultimoRobotId === robot.robotId) - Number(b.equipo.ultimoRobotId === robot.robotId) ||
    byId(b, a);
