import type { BalanceRobot, RobotLoad } from './model.ts';

/** How many equipos a robot needs, and the figures that say so. */
export type Sizing = {
  /** Tickets per equipo. */
  readonly ratio: number;
  readonly min: number;
  /** Infinity = no limit. */
  readonly max: number;
  /** What its tickets ask for, before its Max. */
  readonly wanted: number;
  /** The same within its Max. */
  readonly need: number;
  /** The part of its need that its Min guarantees: served first, never taken by a more important robot. */
  readonly basic: number;
};

/** Ratio where neither the robot nor the setting says a number. */
const lastRatio = 10;

/** Rows are written by any SQLite client: a figure that is none counts as the column's own default, so that it spoils nothing else. */
const whole = (value: number, fallback: number): number => (Number.isFinite(value) ? Math.trunc(value) : fallback);

const atLeastOne = (value: number | null): number | null => (value !== null && Number.isFinite(value) && value >= 1 ? value : null);

/** Any Max below zero is «no limit», as -1. */
const maxOf = (max: number): number => (Number.isFinite(max) && max >= 0 ? Math.trunc(max) : Number.POSITIVE_INFINITY);

export const priorityOf = (robot: BalanceRobot): number => whole(robot.prioridad, 100);

/** Tickets as they are used: absent = 0, negative = 0; a count that is no number is not known. */
export const loadOf = (load: RobotLoad | undefined): RobotLoad => {
  if (load === undefined) return { tickets: 0, saber: 'actual' };
  if (!Number.isFinite(load.tickets)) return { tickets: 0, saber: 'desconocida' };
  return load.tickets < 0 ? { ...load, tickets: 0 } : load;
};

/** The rule of v0 (SAM.md 4.3): nothing without tickets, else at least Min and enough for its tickets, within Max. */
export const sizeOf = (robot: BalanceRobot, tickets: number, ratioSetting: number): Sizing => {
  const ratio = atLeastOne(robot.ratio) ?? atLeastOne(ratioSetting) ?? lastRatio;
  const [min, max] = [Math.max(0, whole(robot.min, 1)), maxOf(robot.max)];
  const wanted = tickets <= 0 ? 0 : Math.max(min, Math.ceil(tickets / ratio));
  const need = Math.min(wanted, max);
  return { ratio, min, max, wanted, need, basic: Math.min(min, need) };
};
