import { hasValidLicence, isLocal } from '#server/equipos/rules.ts';
import { byId, rankOf } from './by-id.ts';

/** A robot as the balancer finds it. Flags are 0/1, as they stand. */
export type RobotState = {
  readonly kind: string | null;
  readonly activo: number;
  readonly esOnline: number;
  readonly presente: number;
  readonly poolActivo: number;
};

/** An equipo as its row has it; `equipo` null = it has none. Flags are 0/1, as they stand. */
export type EquipoState = {
  readonly equipoId: string;
  readonly equipo: string | null;
  readonly activoSam: number;
  readonly presente: number;
  readonly conectado: number;
  readonly userId: string | null;
  readonly userActivo: number;
  readonly licencia: string | null;
  readonly permite: number;
};

/** What else is known of it: whether a person or a programación has it, whether its pool works, and why nothing is launched on it. */
export type EquipoGiven = { readonly fijo: boolean; readonly poolActivo: number; readonly suspendido: string | undefined };

/** Why a robot may have no equipos lent, as a sentence; null = it may. `suspendido` = why it is not launched anywhere. Pure. */
export const whyNotRobot = (robot: RobotState, suspendido: string | undefined): string | null => {
  if (robot.kind === null) return 'El robot no está en el catálogo.';
  if (robot.kind !== 'a360') return 'Es un robot de navegador: trabaja en los hilos de esta máquina.';
  if (robot.activo !== 1) return 'El robot está desactivado.';
  if (robot.presente !== 1) return 'El robot ya no está en A360.';
  if (robot.esOnline !== 1) return 'El robot no trabaja online: solo por programación.';
  if (suspendido !== undefined) return `El robot está suspendido: ${suspendido}`;
  return robot.poolActivo === 1 ? null : 'Su pool está apagado.';
};

/** Why an equipo may not be lent, as a sentence; null = it may. Pure. */
export const whyNotEquipo = (equipo: EquipoState, given: EquipoGiven): string | null => {
  if (isLocal(equipo.equipoId)) return 'Es un hilo de esta máquina.';
  if (equipo.equipo === null) return 'El equipo no está en el catálogo.';
  if (given.fijo) return 'Lo tiene una programación o está reservado.';
  const idle = whyNothingRuns(equipo, given);
  if (idle !== null) return idle;
  if (equipo.permite !== 1) return 'El equipo no admite el reparto dinámico.';
  return given.poolActivo === 1 ? null : 'Su pool está apagado.';
};

/** Why nothing is launched on an equipo that is in the catalogue, whoever has it. */
const whyNothingRuns = (equipo: EquipoState, { suspendido }: EquipoGiven): string | null => {
  if (equipo.activoSam !== 1) return 'El equipo está en mantenimiento.';
  if (equipo.presente !== 1) return 'El equipo ya no está en A360.';
  if (equipo.conectado !== 1) return 'El equipo no está conectado a A360.';
  if (!equipo.userId) return 'El equipo no tiene usuario de A360.';
  if (equipo.userActivo !== 1) return 'El usuario del equipo está deshabilitado en A360.';
  if (!hasValidLicence(equipo.licencia)) return 'El usuario del equipo no tiene licencia para ejecutar (ATTENDEDRUNTIME o RUNTIME).';
  return suspendido === undefined ? null : `El equipo está suspendido: ${suspendido}`;
};

/** An equipo that holds its A360 user: it may be lent, or somebody has it for something that could run there. */
export type Sharer = {
  readonly equipoId: string;
  readonly equipo: string | null;
  readonly userId: string | null;
  readonly fijo: boolean;
  readonly robotId: string | null;
  readonly liberando: boolean;
};

/** One that may not be lent for its own fault stands in nobody's way. `noApto` = why it may not be lent. Pure. */
export const holdsItsUser = (equipo: EquipoState, given: EquipoGiven, noApto: string | null): boolean =>
  Boolean(equipo.userId) && (given.fijo ? whyNothingRuns(equipo, given) : noApto) === null;

/**
 * Deploys go to a user's default device, so equipos that share a user are one place (SAM.md 1): one of them may be lent, and this is why
 * the others may not, by id. One that people keep for something comes first, then the one that is lent already, then the lowest id. Pure.
 */
export const whyGivesWay = (equipos: readonly Sharer[]): ReadonlyMap<string, string> => {
  const why = new Map<string, string>();
  for (const some of sharing(equipos)) {
    const [first, ...others] = some.sort(firstInLine);
    const reason = first?.fijo ? 'tiene una programación o está reservado' : 'es el que se presta';
    for (const { equipoId } of others) why.set(equipoId, `Comparte usuario de A360 con «${first?.equipo}», que ${reason}.`);
  }
  return why;
};

/** Those of each user that has several. */
const sharing = (equipos: readonly Sharer[]): Sharer[][] => {
  const firstOf = new Map<string | null, Sharer>();
  const several = new Map<string | null, Sharer[]>();
  for (const equipo of equipos) {
    const { userId } = equipo;
    const first = firstOf.get(userId);
    if (first === undefined) firstOf.set(userId, equipo);
    else {
      const some = several.get(userId) ?? [first];
      some.push(equipo);
      several.set(userId, some);
    }
  }
  return [...several.values()];
};

const firstInLine = (a: Sharer, b: Sharer): number =>
  Number(b.fijo) - Number(a.fijo) ||
  Number(b.robotId !== null) - Number(a.robotId !== null) ||
  Number(a.liberando) - Number(b.liberando) ||
  byId({ id: a.equipoId, rank: rankOf(a.equipoId) }, { id: b.equipoId, rank: rankOf(b.equipoId) });

/** A whole number as a column should hold it; another program may have written anything. Pure. */
export const whole = <Otherwise>(value: unknown, otherwise: Otherwise): number | Otherwise =>
  typeof value === 'number' && Number.isInteger(value) ? value : otherwise;
