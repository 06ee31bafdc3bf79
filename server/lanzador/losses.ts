/** So many in a row, and the rest is not asked for in vain. */
const most = 3;

/** What a cycle could not find out, and whether it is worth going on. */
export type Losses = {
  /** Nobody knows whether A360 launched one of that robot. */
  lost(robotId: string): void;
  /** That call did not even leave. */
  unreached(ejecucionId: string): void;
  launched(robotId: string): void;
  isOver(robotId: string): boolean;
};

/**
 * One robot that makes A360 fail is left alone after a few, and keeps no other from starting; when different robots fail, or nothing
 * leaves, with no launch in between, A360 has gone away.
 */
export const createLosses = (): Losses => {
  const byRobot = new Map<string, number>();
  const streak = new Set<string>();
  return {
    lost: (robotId) => {
      byRobot.set(robotId, (byRobot.get(robotId) ?? 0) + 1);
      streak.add(`robot ${robotId}`);
    },
    unreached: (ejecucionId) => void streak.add(ejecucionId),
    launched: (robotId) => {
      byRobot.delete(robotId);
      streak.clear();
    },
    isOver: (robotId) => streak.size >= most || (byRobot.get(robotId) ?? 0) >= most,
  };
};
