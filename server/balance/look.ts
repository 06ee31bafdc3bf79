import type { LastLoad } from '#server/carga/last-load.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { balanceSettings } from './balancear.ts';
import { type Edits, edited, noEdits } from './edits.ts';
import type { BalancePlan, BalanceRobot, BalanceSettings, BalanceSnapshot, RobotVerdict } from './model.ts';
import { type PageTools, pageTools } from './page-tools.ts';

/** What the pages show of one instant: what there is, what the next cycle would do about it, and how things are called. */
export type Look = LastLoad & {
  readonly now: Date;
  readonly snapshot: BalanceSnapshot;
  readonly settings: BalanceSettings;
  readonly plan: BalancePlan;
  readonly names: Names;
};

export type Names = {
  readonly robots: ReadonlyMap<string, string>;
  readonly equipos: ReadonlyMap<string, string>;
  readonly pools: ReadonlyMap<string, string>;
};

export type LookDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'carga'>;

/** Looks, and plans with the numbers a person tries. Nothing is changed and nobody outside is asked. */
export const lookNow = (deps: LookDeps, edits: Edits = noEdits, tools: PageTools = pageTools): Look => {
  const { db, clock } = deps;
  const now = clock.now();
  const { last, read, names } = db.read(() => {
    const last = tools.lastLoad(deps);
    return { last, read: tools.readBalanceSnapshot(db, now, last.reading.load), names: namesIn(db) };
  });
  const { snapshot, settings } = edited(read, balanceSettings(deps), edits);
  const robots = new Map(snapshot.robots.map(({ robotId, robot }) => [robotId, robot]));
  return { now, snapshot, settings, ...last, plan: tools.plan(snapshot, settings, now.getTime()), names: { ...names, robots } };
};

const namesIn = (db: Db) => ({
  equipos: pairs(db, 'SELECT equipo_id AS id, equipo AS name FROM equipos'),
  pools: pairs(db, 'SELECT pool_id AS id, nombre AS name FROM pools'),
});

const pairs = (db: Db, sql: string): ReadonlyMap<string, string> =>
  new Map((db.sql(sql).all() as { id: string; name: string }[]).map(({ id, name }) => [id, name]));

/** A robot of the page, with all that is known of it. */
export type Standing = {
  readonly robot: BalanceRobot;
  readonly verdict: RobotVerdict;
  /** Equipos it has that are to be taken back. */
  readonly liberando: number;
  /** Equipos it lacks now. */
  readonly espera: number;
};

/** Robots with something to tell: tickets, equipos, or a refusal. Those who wait come first, then by importance. */
export const standingsOf = (look: Look): Standing[] =>
  standings(look)
    .filter(({ verdict }) => isTold(verdict))
    .sort(byWorst);

export const standingOf = (look: Look, robotId: string): Standing | null =>
  standings(look).find(({ robot }) => robot.robotId === robotId) ?? null;

const standings = ({ snapshot, plan }: Look): Standing[] => {
  const robots = new Map(snapshot.robots.map((robot) => [robot.robotId, robot]));
  const leaving = new Map<string, number>();
  for (const { robotId, liberando } of snapshot.equipos)
    if (robotId !== null && liberando) leaving.set(robotId, (leaving.get(robotId) ?? 0) + 1);
  return plan.verdicts.flatMap((verdict) => {
    const robot = robots.get(verdict.robotId);
    if (!robot) return [];
    const liberando = leaving.get(verdict.robotId) ?? 0;
    const espera = robot.noApto === null && verdict.tickets !== null ? Math.max(0, verdict.necesita - (verdict.tiene - liberando)) : 0;
    return [{ robot, verdict, liberando, espera }];
  });
};

const isTold = ({ tickets, tiene, tendra, negativa }: RobotVerdict): boolean =>
  (tickets ?? 0) > 0 || tiene > 0 || tendra > 0 || (negativa !== null && negativa !== 'carga_desconocida');

const byWorst = (a: Standing, b: Standing): number =>
  Number(b.espera > 0) - Number(a.espera > 0) || a.robot.prioridad - b.robot.prioridad || (a.robot.robot < b.robot.robot ? -1 : 1);
