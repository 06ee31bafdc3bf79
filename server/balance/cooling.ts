import type { RobotMemory } from './model.ts';

/** A robot that moved not long ago: neither direction is free until `until`, but for the exceptions. */
export type Cooling = {
  /** Instant in ms. */
  readonly until: number;
  /** Tickets it had at its last move. */
  readonly tickets: number;
  /** With so many tickets or more it may grow nevertheless: 30 % above. */
  readonly growsFrom: number;
  /** With so many or fewer it may shrink nevertheless: 40 % below. */
  readonly shrinksFrom: number;
};

/** null = it is not cooling. An instant of the future (the clock was put back) cools nothing. */
export const coolingOf = (memory: RobotMemory | undefined, coolingMs: number, now: number): Cooling | null => {
  const last = lastMove(memory);
  if (last === null || last.at > now || now - last.at >= coolingMs) return null;
  const { tickets } = last;
  return {
    until: last.at + coolingMs,
    tickets,
    growsFrom: Math.ceil((tickets * 13) / 10),
    shrinksFrom: Math.floor((tickets * 6) / 10),
  };
};

const lastMove = (memory: RobotMemory | undefined) => {
  const [up, down] = [memory?.alza ?? null, memory?.baja ?? null];
  if (up === null || down === null) return up ?? down;
  return up.at > down.at ? up : down;
};

export const mayGrow = (cooling: Cooling | null, tickets: number): boolean => cooling === null || tickets >= cooling.growsFrom;

export const mayShrink = (cooling: Cooling | null, tickets: number): boolean => cooling === null || tickets <= cooling.shrinksFrom;
