import type { BalanceAction, BalanceEquipo, BalancePlan, BalanceSnapshot } from '#server/balance/model.ts';

const assigns = new Set(['ASIGNAR_DEMANDA_POOL', 'ASIGNAR_DESBORDE_GLOBAL']);

const moved = (equipo: BalanceEquipo, { accion, robotId }: BalanceAction): BalanceEquipo => {
  if (accion === 'DRENAR' || accion === 'CANCELAR_DRENAJE') return { ...equipo, liberando: accion === 'DRENAR' };
  return { ...equipo, robotId: assigns.has(accion) ? robotId : null, liberando: false };
};

/**
 * What the plan leaves behind, as the database would. Pure.
 * @throws where an action could not be done: an equipo that is another's, or counts that are not true
 */
export const applyInMemory = (snapshot: BalanceSnapshot, plan: BalancePlan): BalanceSnapshot => {
  const equipos = new Map(snapshot.equipos.map((equipo) => [equipo.equipoId, equipo]));
  const has = new Map<string, number>();
  for (const { robotId } of snapshot.equipos) if (robotId !== null) has.set(robotId, (has.get(robotId) ?? 0) + 1);
  for (const action of plan.actions) {
    const { accion, robotId, antes, despues } = action;
    const told = `${accion} of ${robotId}`;
    if ((has.get(robotId) ?? 0) !== antes) throw new Error(`${told}: it has ${has.get(robotId) ?? 0}, not ${antes}`);
    const before = assigns.has(accion) ? null : robotId;
    for (const id of action.equipos) {
      const equipo = equipos.get(id);
      if (equipo?.robotId !== before) throw new Error(`${told}: ${id} is of ${equipo?.robotId}`);
      const now = moved(equipo, action);
      equipos.set(id, now);
      has.set(robotId, (has.get(robotId) ?? 0) + Number(now.robotId !== null) - Number(equipo.robotId !== null));
    }
    if ((has.get(robotId) ?? 0) !== despues) throw new Error(`${told}: it has ${has.get(robotId)} afterwards, not ${despues}`);
  }
  const memory = new Map([...snapshot.memory, ...plan.memory.map((one) => [one.robotId, one] as const)]);
  return { ...snapshot, equipos: [...equipos.values()], memory };
};
