import type {
  BalanceAction,
  BalanceEquipo,
  BalancePlan,
  BalanceRobot,
  BalanceSettings,
  BalanceSnapshot,
  RobotLoad,
  RobotMemory,
} from '#server/balance/model.ts';
import { plan } from '#server/balance/plan.ts';

export const now = Date.parse('2026-11-26T09:00:00.000Z');
export const settings: BalanceSettings = { ratio: 10, enfriamientoMs: 300_000, aislamiento: true, preemption: false };

export const robot = (parts: Partial<BalanceRobot> & { robotId: string }): BalanceRobot => ({
  ...{ robot: parts.robotId.toUpperCase(), poolId: null, min: 1, max: -1, ratio: null, prioridad: 100, noApto: null },
  ...parts,
});

export const equipo = (parts: Partial<BalanceEquipo> & { equipoId: string }): BalanceEquipo => ({
  ...{ poolId: null, noApto: null, fijo: false, robotId: null, liberando: false, ocupado: false, ultimoRobotId: null },
  vetados: new Map(),
  ...parts,
});

/** So many equipos of that kind: e1, e2… or from another number. */
export const equipos = (count: number, parts: Partial<BalanceEquipo> = {}, from = 1): BalanceEquipo[] =>
  Array.from({ length: count }, (_, index) => equipo({ ...parts, equipoId: String(from + index) }));

export const remembers = (parts: Partial<RobotMemory> & { robotId: string }): RobotMemory => ({
  ...{ alza: null, baja: null, incompleto: false, negativa: null },
  ...parts,
});

/** A move so many seconds ago. */
export const moved = (secondsAgo: number, tickets: number) => ({ at: now - secondsAgo * 1000, tickets });

export type Scene = {
  readonly robots: readonly BalanceRobot[];
  readonly equipos: readonly BalanceEquipo[];
  readonly tickets?: Readonly<Record<string, number | RobotLoad>>;
  readonly memory?: readonly RobotMemory[];
};

export const snapshotOf = ({ robots, equipos: machines, tickets = {}, memory = [] }: Scene): BalanceSnapshot => ({
  ...{ robots, equipos: machines },
  load: new Map(
    Object.entries(tickets).map(([id, load]) => [id, typeof load === 'number' ? { tickets: load, saber: 'actual' } : load] as const),
  ),
  memory: new Map(memory.map((one) => [one.robotId, one])),
});

export const planOf = (scene: Scene, changed: Partial<BalanceSettings> = {}): BalancePlan =>
  plan(snapshotOf(scene), { ...settings, ...changed }, now);

/** «r1 ASIGNAR_DEMANDA_POOL 1 2 (0→2)». */
export const lineOf = ({ accion, robotId, equipos: ids, antes, despues }: BalanceAction): string =>
  [robotId, accion, ...ids, `(${antes}→${despues})`].join(' ');

export const linesOf = (scene: Scene, changed: Partial<BalanceSettings> = {}): string[] => planOf(scene, changed).actions.map(lineOf);
