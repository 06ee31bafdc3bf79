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
 * Looks again, and only where somebody has written meanwhile: null = the robots and equipos the plan touches are as they were. Call it
 * inside the transaction that applies it.
 */
export const movedSince = (db: Db, now: Date, { version, snapshot, plan }: Proposal): Moved | null => {
  if (versionOf(db) === version) return null;
  const moving = plan.actions.filter(({ accion }) => accion !== 'RECHAZO');
  if (moving.length === 0) return null;
  const robotIds = new Set(moving.map(({ robotId }) => robotId));
  const equipoIds = new Set(moving.flatMap(({ equipos }) => equipos));
  const [robots, equipos] = [readRobots(db, now), readEquipos(db, now, false)];
  const moved = {
    robots: differing(robotIds, byIdOf(snapshot.robots, 'robotId'), byIdOf(robots, 'robotId'), robotNames),
    equipos: differing(equipoIds, byIdOf(snapshot.equipos, 'equipoId'), byIdOf(equipos, 'equipoId'), equipoNames),
  };
  return moved.robots.size + moved.equipos.size === 0 ? null : moved;
};

const byIdOf = <Id extends string, T extends Readonly<Record<Id, string>>>(all: readonly T[], id: Id): ReadonlyMap<string, T> =>
  new Map(all.map((one) => [one[id], one]));

/**
 * Looks before the transaction does, in a turn of the event loop of its own: what still stands is then done without looking again,
 * unless somebody writes in that very moment.
 */
export const renewed = (db: Db, now: Date, proposal: Proposal): Proposal =>
  db.read(() => (movedSince(db, now, proposal) === null ? { ...proposal, version: versionOf(db) } : proposal));

/** What a plan rests on. Who ran there last decides nothing that could do harm. */
const equipoNames = [
  'poolId',
  'noApto',
  'fijo',
  'robotId',
  'liberando',
  'ocupado',
  'vetados',
] as const satisfies readonly (keyof BalanceEquipo)[];
const robotNames = ['poolId', 'min', 'max', 'ratio', 'prioridad', 'noApto'] as const satisfies readonly (keyof BalanceRobot)[];

/** Those of the ids that are not in those columns as they were, or are no more. */
const differing = <T extends object>(
  ids: ReadonlySet<string>,
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  names: readonly (keyof T)[],
): ReadonlySet<string> => {
  const isSame = (was: T | undefined, is: T | undefined): boolean =>
    was === undefined || is === undefined ? was === is : names.every((name) => isAsBefore(was[name], is[name]));
  return new Set([...ids].filter((id) => !isSame(before.get(id), after.get(id))));
};

const isAsBefore = (was: unknown, is: unknown): boolean => was === is || (was instanceof Map && is instanceof Map && hasKeysOf(was, is));

const hasKeysOf = (one: ReadonlyMap<unknown, unknown>, other: ReadonlyMap<unknown, unknown>): boolean =>
  one.size === other.size && [...one.keys()].every((key) => other.has(key));

/**
 * The actions without what has moved. An equipo that leaves one action leaves all of them: it is not taken from one robot if the other
 * may not have it. Pure.
 */
export const withoutMoved = (actions: readonly BalanceAction[], moved: Moved): BalanceAction[] => {
  const ofMovedRobots = actions.filter(({ robotId }) => moved.robots.has(robotId)).flatMap(({ equipos }) => equipos);
  const left = new Set([...moved.equipos, ...ofMovedRobots]);
  return actions.map((action) => ({ ...action, equipos: action.equipos.filter((id) => !left.has(id)) }));
};
