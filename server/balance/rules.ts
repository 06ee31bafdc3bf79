import { hasValidLicence, isLocal } from '#server/equipos/rules.ts';

/** A robot as the balancer finds it. Flags are 0/1, as they stand. */
export type RobotState = {
  readonly kind: string | null;
  readonly activo: number;
  readonly esOnline: number;
  readonly presente: number;
  readonly poolActivo: number;
};

/** An equipo as the balancer finds it; `conocido` 0 = it is only in an assignment. */
export type EquipoState = {
  readonly equipoId: string;
  readonly conocido: number;
  readonly fijo: number;
  readonly activoSam: number;
  readonly presente: number;
  readonly conectado: number;
  readonly userId: string | null;
  readonly userActivo: number;
  readonly licencia: string | null;
  readonly permite: number;
  readonly poolActivo: number;
};

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
export const whyNotEquipo = (equipo: EquipoState, suspendido: string | undefined): string | null => {
  if (isLocal(equipo.equipoId)) return 'Es un hilo de esta máquina.';
  if (equipo.conocido !== 1) return 'El equipo no está en el catálogo.';
  if (equipo.fijo === 1) return 'Lo tiene una programación o está reservado.';
  if (equipo.activoSam !== 1) return 'El equipo está en mantenimiento.';
  if (equipo.presente !== 1) return 'El equipo ya no está en A360.';
  if (equipo.conectado !== 1) return 'El equipo no está conectado a A360.';
  if (!equipo.userId) return 'El equipo no tiene usuario de A360.';
  if (equipo.userActivo !== 1) return 'El usuario del equipo está deshabilitado en A360.';
  if (!hasValidLicence(equipo.licencia)) return 'El usuario del equipo no tiene licencia para ejecutar (ATTENDEDRUNTIME o RUNTIME).';
  if (equipo.permite !== 1) return 'El equipo no admite el reparto dinámico.';
  if (suspendido !== undefined) return `El equipo está suspendido: ${suspendido}`;
  return equipo.poolActivo === 1 ? null : 'Su pool está apagado.';
};

/** A whole number as a column should hold it; another program may have written anything. Pure. */
export const whole = <Otherwise>(value: unknown, otherwise: Otherwise): number | Otherwise =>
  typeof value === 'number' && Number.isInteger(value) ? value : otherwise;
