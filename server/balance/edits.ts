import type { BalanceRobot, BalanceSettings, BalanceSnapshot, RobotLoad } from './model.ts';

/** Numbers a person tries on one robot; what is not there stays as it is. */
export type RobotEdit = Partial<Pick<BalanceRobot, 'min' | 'max' | 'ratio' | 'prioridad'>> & { readonly tickets?: number };

/** Numbers a person tries, of robots and of the whole house. */
export type Edits = { readonly robots: ReadonlyMap<string, RobotEdit>; readonly settings: Partial<BalanceSettings> };

export const noEdits: Edits = { robots: new Map(), settings: {} };

/** What the plan would look at with those numbers. Tickets that are tried are certain. Pure. */
export const edited = (snapshot: BalanceSnapshot, settings: BalanceSettings, edits: Edits) => {
  const load = new Map<string, RobotLoad>(snapshot.load);
  for (const [robotId, { tickets }] of edits.robots) if (tickets !== undefined) load.set(robotId, { tickets, saber: 'actual' });
  const robots = snapshot.robots.map((robot) => {
    const { tickets: _, ...columns } = edits.robots.get(robot.robotId) ?? {};
    return { ...robot, ...columns };
  });
  return { snapshot: { ...snapshot, robots, load }, settings: { ...settings, ...edits.settings } };
};
