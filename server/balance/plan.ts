import { actionsOf } from './actions.ts';
import { type Cooling, coolingOf } from './cooling.ts';
import { giveBack } from './give-back.ts';
import { type Holder, type Holdings, readHoldings, ticketsOf } from './holdings.ts';
import type { BalancePlan, BalanceSettings, BalanceSnapshot, RobotMemory, RobotVerdict } from './model.ts';
import { preempt } from './preempt.ts';
import { reasonOf, refusalOf } from './refusal.ts';
import { shareOut } from './share-out.ts';
import { freeOf } from './shelves.ts';

/**
 * Who gets which equipos now, who gives some back, and why (SAM.md 4.2–4.6). Pure; linear but for two sorts; the order of what it is
 * given is all the same. Applied to the database it plans nothing more while the tickets stay as they are. `now` in ms.
 */
export const plan = (snapshot: BalanceSnapshot, settings: BalanceSettings, now: number): BalancePlan => {
  const holdings = readHoldings(snapshot, settings, now);
  const { holders, machines } = holdings;
  for (const holder of holders) giveBack(holder, settings);
  const shelves = freeOf(machines);
  shareOut(holders, shelves, settings);
  if (settings.preemption) preempt(holders, shelves, settings);
  return told(holdings, settings, now);
};

const told = (holdings: Holdings, { enfriamientoMs }: BalanceSettings, now: number): BalancePlan => {
  const { holders } = holdings;
  const memory = holders.map((holder) => memoryOf(holder, now));
  const verdicts = holders.map((holder, index) => verdictOf(holder, coolingOf(memory[index], enfriamientoMs, now), now));
  return {
    actions: actionsOf(holdings, verdicts),
    verdicts,
    memory: memory.filter((one, index) => !isSame(one, holders[index]?.memory)),
  };
};

/** `cooling` as it is once this plan is done. */
const verdictOf = (holder: Holder, cooling: Cooling | null, now: number): RobotVerdict => {
  const negativa = refusalOf(holder);
  return {
    robotId: holder.robot.robotId,
    tickets: ticketsOf(holder),
    necesita: holder.load.saber === 'desconocida' ? holder.useful : holder.size.need,
    tiene: holder.had,
    tendra: holder.held,
    negativa,
    porque: negativa === null ? null : reasonOf(holder, negativa, now),
    enfriaHasta: cooling?.until ?? null,
  };
};

/** One registration per robot and plan. To lose equipos is no move, nor to have as many back, nor to give all back without tickets. */
const memoryOf = (holder: Holder, now: number): RobotMemory => {
  const { robot, memory, before, useful, goal, load, shrank } = holder;
  const move = { at: now, tickets: load.tickets };
  const unknown = load.saber === 'desconocida' && robot.noApto === null;
  return {
    robotId: robot.robotId,
    alza: useful > before ? move : (memory?.alza ?? null),
    baja: shrank ? move : (memory?.baja ?? null),
    incompleto: unknown ? memory?.incompleto === true : useful < goal,
    negativa: refusalOf(holder),
  };
};

const isSame = (memory: RobotMemory, old: RobotMemory | undefined): boolean =>
  memory.alza === (old?.alza ?? null) &&
  memory.baja === (old?.baja ?? null) &&
  memory.incompleto === (old?.incompleto ?? false) &&
  memory.negativa === (old?.negativa ?? null);
