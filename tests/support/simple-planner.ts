import type { BalanceTools } from '#server/balance/balancear.ts';
import type { BalanceAction, BalanceEquipo, BalancePlan, BalanceRobot, BalanceSnapshot, RobotVerdict } from '#server/balance/model.ts';

/**
 * A planner for tests of what is around it: one equipo per ten tickets, the first free ones in the order of their ids, no cooling and
 * no pools. What is not needed is taken back, or drained while it works.
 */
export const simplePlan: BalanceTools['plan'] = (snapshot, _settings, now) => {
  const free = snapshot.equipos.filter(({ noApto, robotId }) => noApto === null && robotId === null);
  const robots = [...snapshot.robots].sort((one, other) => one.prioridad - other.prioridad || (one.robotId < other.robotId ? -1 : 1));
  const parts = robots.map((robot) => planOne(robot, snapshot, free, now));
  return {
    actions: parts.flatMap(({ actions }) => actions),
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
    memory: parts.flatMap(({ memory }) => memory),
  };
};

const planOne = (robot: BalanceRobot, snapshot: BalanceSnapshot, free: BalanceEquipo[], now: number): BalancePlan => {
  const tickets = snapshot.load.get(robot.robotId)?.tickets ?? 0;
  const necesita = robot.noApto === null ? Math.ceil(tickets / (robot.ratio ?? 10)) : 0;
  const has = snapshot.equipos.filter(({ robotId }) => robotId === robot.robotId);
  const kept = has.filter(({ noApto }) => noApto === null).slice(0, necesita);
  const excess = has.filter((equipo) => !kept.includes(equipo));
  const given = free.splice(0, necesita - kept.length);
  const build = builder(robot.robotId, tickets, has.length);
  const actions = [
    ...build(
      'DESASIGNAR_EXCEDENTE_POOL',
      excess.filter(({ ocupado }) => !ocupado),
    ),
    ...build(
      'DRENAR',
      excess.filter(({ ocupado, liberando }) => ocupado && !liberando),
    ),
    ...build(
      'CANCELAR_DRENAJE',
      kept.filter(({ liberando }) => liberando),
    ),
    ...build('ASIGNAR_DEMANDA_POOL', given),
  ];
  const negativa = kept.length + given.length < necesita ? ('sin_equipos' as const) : null;
  const known = snapshot.memory.get(robot.robotId);
  const refusals = negativa === null ? [] : build('RECHAZO', [], 'No hay más equipos.');
  const moved = { at: now, tickets };
  const memory = {
    robotId: robot.robotId,
    alza: given.length > 0 ? moved : (known?.alza ?? null),
    baja: excess.length > 0 ? moved : (known?.baja ?? null),
    incompleto: negativa !== null,
    negativa,
  };
  const verdict: RobotVerdict = {
    ...{ robotId: robot.robotId, tickets, necesita, tiene: has.length, tendra: kept.length + given.length },
    ...{ negativa, porque: negativa === null ? null : 'No hay más equipos.', enfriaHasta: null },
  };
  return { actions: [...actions, ...refusals], verdicts: [verdict], memory: [memory] };
};

const builder =
  (robotId: string, tickets: number, antes: number) =>
  (accion: BalanceAction['accion'], equipos: readonly BalanceEquipo[], justificacion = 'Porque sí.'): BalanceAction[] => {
    if (equipos.length === 0 && accion !== 'RECHAZO') return [];
    // What it says of before and after is wrong on purpose: the history counts for itself.
    return [
      {
        accion,
        robotId,
        poolId: null,
        equipos: equipos.map(({ equipoId }) => equipoId),
        tickets,
        antes: antes + 90,
        despues: 99,
        justificacion,
      },
    ];
  };
