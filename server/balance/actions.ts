import { type Holder, type Holdings, type Machine, ticketsOf } from './holdings.ts';
import { justify } from './justify.ts';
import type { Accion, BalanceAction, RobotVerdict } from './model.ts';

/** One change of one robot in one pool. */
export type Change = {
  readonly accion: Accion;
  readonly holder: Holder;
  readonly poolId: string | null;
  /** In the order they were chosen. */
  readonly machines: Machine[];
};

/** What leaves comes before what arrives, so that an equipo is nobody's before it is another's. */
const inOrder: readonly Accion[] = [
  'DESASIGNAR_ROBOT_NO_CANDIDATO',
  'DESASIGNAR_EQUIPO_NO_APTO',
  'DESASIGNAR_EXCEDENTE_POOL',
  'DESALOJO_POR_PRIORIDAD_ESTRICTA',
  'DRENAR',
  'CANCELAR_DRENAJE',
  'ASIGNAR_DEMANDA_POOL',
  'ASIGNAR_DESBORDE_GLOBAL',
];

/** Told from what each equipo was and what it has become; refusals, where they are new, at the end. `verdicts` as the robots. */
export const actionsOf = (holdings: Holdings, verdicts: readonly RobotVerdict[]): BalanceAction[] => {
  const byHolder = changesOf(holdings);
  const steps = new Map<Accion, Change[]>(inOrder.map((accion) => [accion, []]));
  for (const holder of holdings.holders) for (const change of inPools(byHolder.get(holder))) steps.get(change.accion)?.push(change);
  const has = new Map<Holder, number>();
  const moves = [...steps.values()].flat().map((change) => actionOf(change, has));
  return [...moves, ...holdings.holders.flatMap((holder, index) => refusedOf(holder, verdicts[index] as RobotVerdict))];
};

/** Of one robot, by pool: a handful in each. */
type Changes = Map<string | null, Change[]>;

const changesOf = ({ holders, machines }: Holdings): ReadonlyMap<Holder, Changes> => {
  const byHolder = new Map<Holder, Changes>();
  const note = (accion: Accion, holder: Holder, machine: Machine): void => {
    const { poolId } = machine.equipo;
    const changes = byHolder.get(holder)?.get(poolId);
    const change = changes?.find((one) => one.accion === accion);
    if (change !== undefined) change.machines.push(machine);
    else if (changes !== undefined) changes.push({ accion, holder, poolId, machines: [machine] });
    else begin(byHolder, { accion, holder, poolId, machines: [machine] });
  };
  for (const holder of holders)
    for (const machine of holder.initial) {
      const accion = departureOf(machine, holder);
      if (accion !== null) note(accion, holder, machine);
    }
  for (const machine of machines) {
    const { owner, equipo } = machine;
    if (owner !== null && owner.id !== equipo.robotId) note(arrivalOf(machine, owner), owner, machine);
  }
  return byHolder;
};

const begin = (byHolder: Map<Holder, Changes>, change: Change): void => {
  const { holder, poolId } = change;
  const byPool = byHolder.get(holder);
  if (byPool === undefined) byHolder.set(holder, new Map([[poolId, [change]]]));
  else byPool.set(poolId, [change]);
};

const departureOf = ({ owner, draining, leaving, equipo }: Machine, holder: Holder): Accion | null => {
  if (owner !== holder) return leaving?.accion ?? null;
  if (draining === equipo.liberando) return null;
  return draining ? 'DRENAR' : 'CANCELAR_DRENAJE';
};

/** A robot of a pool that got one of General's has been lent it. */
const arrivalOf = ({ equipo }: Machine, { robot }: Holder): Accion =>
  equipo.poolId === robot.poolId ? 'ASIGNAR_DEMANDA_POOL' : 'ASIGNAR_DESBORDE_GLOBAL';

/** By pool, General last. */
const inPools = (changes: Changes | undefined): Change[] => {
  if (changes === undefined) return [];
  if (changes.size === 1) return changes.values().next().value ?? [];
  const general = changes.get(null) ?? [];
  const others = [...changes].flatMap(([poolId, some]) => (poolId === null ? [] : [{ poolId, some }]));
  return [...others.sort((a, b) => (a.poolId < b.poolId ? -1 : 1)).flatMap(({ some }) => some), ...general];
};

const effects: Readonly<Partial<Record<Accion, number>>> = {
  ...{ DRENAR: 0, CANCELAR_DRENAJE: 0, ASIGNAR_DEMANDA_POOL: 1, ASIGNAR_DESBORDE_GLOBAL: 1 },
};

/** `has` = rows of each robot so far; leaving is whatever is not named in `effects`. */
const actionOf = (change: Change, has: Map<Holder, number>): BalanceAction => {
  const { accion, holder, poolId, machines } = change;
  machines.sort(accion.startsWith('ASIGNAR') || accion === 'CANCELAR_DRENAJE' ? (a, b) => a.came - b.came : (a, b) => a.left - b.left);
  const antes = has.get(holder) ?? holder.had;
  const despues = antes + (effects[accion] ?? -1) * machines.length;
  has.set(holder, despues);
  return {
    accion,
    robotId: holder.id,
    poolId,
    equipos: machines.map(({ id }) => id),
    tickets: ticketsOf(holder),
    antes,
    despues,
    justificacion: justify(change),
  };
};

/** Once per change, so that the history tells when it began and is not flooded. */
const refusedOf = ({ robot, memory }: Holder, { negativa, tickets, tendra, porque }: RobotVerdict): BalanceAction[] => {
  if (negativa === null || porque === null || negativa === (memory?.negativa ?? null)) return [];
  const { robotId, poolId } = robot;
  return [{ accion: 'RECHAZO', robotId, poolId, equipos: [], tickets, antes: tendra, despues: tendra, justificacion: porque }];
};
