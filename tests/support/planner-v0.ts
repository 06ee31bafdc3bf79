import type {
  Accion,
  BalanceAction,
  BalanceEquipo,
  BalancePlan,
  BalanceRobot,
  BalanceSettings,
  BalanceSnapshot,
  RobotMemory,
} from '#server/balance/model.ts';
import { sizeOf } from '#server/balance/needs.ts';

/** Up and down as v0 cools them (SAM.md 4.5): the other direction always blocks, the same one unless the tickets changed much. */
const mayMove = (memory: RobotMemory | undefined, way: 'alza' | 'baja', much: (then: number) => boolean, since: number): boolean => {
  const [same, other] = way === 'alza' ? [memory?.alza, memory?.baja] : [memory?.baja, memory?.alza];
  const recent = (move: RobotMemory['alza'] | undefined): boolean => (move?.at ?? Number.NEGATIVE_INFINITY) > since;
  if (recent(same)) return much(same?.tickets ?? 0);
  return !recent(other);
};

type Robot = BalanceRobot & { readonly tickets: number; readonly need: number; readonly memory: RobotMemory | undefined };

/**
 * How v0 shares (SAM.md 4.3–4.5): excess goes back first, idle ones before busy ones; then robots by priority and size, each takes all it
 * needs. No pass for the Min, nothing is drained, nobody is completed while it cools. Pools (a robot's own first) and lower number first are
 * ours, so that only the rule is compared. Knows no outages.
 */
export const planV0 = (snapshot: BalanceSnapshot, settings: BalanceSettings, now: number): BalancePlan => {
  const since = now - settings.enfriamientoMs;
  const owned = Map.groupBy(snapshot.equipos, ({ robotId }) => robotId ?? '');
  const free = [...(owned.get('') ?? [])];
  const robots = snapshot.robots.map((robot): Robot => {
    const tickets = snapshot.load.get(robot.robotId)?.tickets ?? 0;
    return { ...robot, tickets, need: sizeOf(robot, tickets, settings.ratio).need, memory: snapshot.memory.get(robot.robotId) };
  });
  const actions: BalanceAction[] = [];
  const memory: RobotMemory[] = [];
  const move = (robot: Robot, accion: Accion, machines: readonly BalanceEquipo[]): void => {
    const [antes, sign] = [owned.get(robot.robotId)?.length ?? 0, accion === 'ASIGNAR_DEMANDA_POOL' ? 1 : -1];
    const ids = machines.map(({ equipoId }) => equipoId);
    const count = { antes, despues: antes + sign * machines.length, tickets: robot.tickets, justificacion: '' };
    actions.push({ accion, robotId: robot.robotId, poolId: null, equipos: ids, ...count });
    const base = robot.memory ?? { robotId: robot.robotId, alza: null, baja: null, incompleto: false, negativa: null };
    memory.push({ ...base, [sign > 0 ? 'alza' : 'baja']: { at: now, tickets: robot.tickets } });
  };
  for (const robot of robots) {
    const mine = owned.get(robot.robotId) ?? [];
    const mayShrink = robot.tickets === 0 || mayMove(robot.memory, 'baja', (then) => robot.tickets <= 0.6 * then, since);
    if (mine.length <= robot.need || !mayShrink) continue;
    const leaving = mine.toSorted((a, b) => Number(a.ocupado) - Number(b.ocupado)).slice(0, mine.length - robot.need);
    move(robot, 'DESASIGNAR_EXCEDENTE_POOL', leaving);
    free.push(...leaving);
  }
  for (const robot of robots.toSorted((a, b) => a.prioridad - b.prioridad || b.need - a.need)) {
    const mine = owned.get(robot.robotId)?.length ?? 0;
    const mayGrow = mine === 0 || mayMove(robot.memory, 'alza', (then) => robot.tickets >= 1.3 * then, since);
    if (mine >= robot.need || !mayGrow) continue;
    const reach = robot.poolId === null || settings.aislamiento ? [robot.poolId] : [robot.poolId, null];
    const chosen = reach.flatMap((pool) => free.filter(({ poolId }) => poolId === pool)).slice(0, robot.need - mine);
    for (const machine of chosen) free.splice(free.indexOf(machine), 1);
    if (chosen.length > 0) move(robot, 'ASIGNAR_DEMANDA_POOL', chosen);
  }
  return { actions, memory, verdicts: [] };
};
