import type { Db } from '#server/db/open.ts';
import type { BalanceAction, BalanceEquipo, BalancePlan, BalanceRobot, BalanceSnapshot } from './model.ts';
import { readEquipos, readRobots } from './snapshot.ts';

/** A plan and what it rests on. `version` = how the database stood when that was read. */
export type Proposal = { readonly version: string; readonly snapshot: BalanceSnapshot; readonly plan: BalancePlan };

/** The same text twice: nobody has written anything in between, this program nor another. */
export const versionOf = (db: Db): string =>
  `${db.sql('PRAGMA data_version').get()?.data_version}.${db.sql('SELECT total_changes() AS n').get()?.n}`;

/** What the plan moves and is no longer as it was. */
export type Moved = { readonly robots: ReadonlySet<string>; readonly equipos: ReadonlySet<string> };

/**
 * Looks again at the robots and equipos the plan touches, and only where somebody has written meanwhile; null = all as it was. Call it
 * inside the transaction that applies it.
 */
export const movedSince = (db: Db, now: Date, { version, snapshot, plan }: Proposal): Moved | null => {
  if (versionOf(db) === version) return null;
  const moving = plan.actions.filter(({ accion }) => accion !== 'RECHAZO');
  const robotIds = [...new Set(moving.map(({ robotId }) => robotId))];
  const equipoIds = [...new Set(moving.flatMap(({ equipos }) => equipos))];
  const robots = differing(snapshot.robots, readRobots(db, now, robotIds), 'robotId', robotNames);
  const equipos = differing(snapshot.equipos, readEquipos(db, now, equipoIds), 'equipoId', equipoNames);
  return robots.size + equipos.size === 0 ? null : { robots, equipos };
};

/**
 * Looks before the transaction does, in a turn of the event loop of its own: what still stands is then done without looking again,
 * unless somebody writes in that very moment.
 */
export const renewed = (db: Db, now: Date, proposal: Proposal): Proposal =>
  db.read(() => (movedSince(db, now, proposal) === null ? { ...proposal, version: versionOf(db) } : proposal));

/** What a plan rests on. Who ran there last decides nothing that could do harm. */
const equipoNames = ['poolId', 'noApto', 'fijo', 'robotId', 'liberando', 'ocupado'] as const satisfies readonly (keyof BalanceEquipo)[];
const robotNames = ['poolId', 'min', 'max', 'ratio', 'prioridad', 'noApto'] as const satisfies readonly (keyof BalanceRobot)[];

/** Ids of those that are not in those columns as they were. */
const differing = <Id extends string, T extends Readonly<Record<Id, string>>>(
  before: readonly T[],
  after: readonly T[],
  id: Id,
  names: readonly (keyof T)[],
): ReadonlySet<string> => {
  const known = new Map(before.map((one) => [one[id], one]));
  const isSame = (one: T, was: T | undefined) => was !== undefined && names.every((name) => was[name] === one[name]);
  return new Set(after.filter((one) => !isSame(one, known.get(one[id]))).map((one) => one[id]));
};

/**
 * The actions without what has moved. An equipo that leaves one action leaves all of them: it is not taken from one robot if the other
 * may not have it. Pure.
 */
export const withoutMoved = (actions: readonly BalanceAction[], moved: Moved): BalanceAction[] => {
  const ofMovedRobots = actions.filter(({ robotId }) => moved.robots.has(robotId)).flatMap(({ equipos }) => equipos);
  const left = new Set([...moved.equipos, ...ofMovedRobots]);
  return actions.map((action) => ({ ...action, equipos: action.equipos.filter((id) => !left.has(id)) }));
};
