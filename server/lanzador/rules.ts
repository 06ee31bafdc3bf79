import { wallClock } from '#server/lib/wall-clock.ts';

/** A robot of A360 as the decision needs it. Flags are 0/1, as they stand. */
export type RobotRow = {
  readonly robotId: string;
  readonly robot: string;
  readonly activo: number;
  readonly esOnline: number;
  readonly prioridad: number;
  readonly presente: number;
};

export type EquipoRow = {
  readonly equipoId: string;
  readonly equipo: string;
  readonly userId: string | null;
  readonly licencia: string | null;
  readonly activoSam: number;
  readonly conectado: number;
  readonly presente: number;
  readonly userActivo: number;
};

export type AsignacionRow = {
  readonly asignacionId: number;
  readonly robotId: string;
  readonly equipoId: string;
  readonly esProgramado: number;
  readonly programacionId: string | null;
  /** The balancer takes it away when its run ends. */
  readonly liberando: number;
};

/** An open suspension: of a robot (`equipoId` null), an equipo (`robotId` null) or one on the other. */
export type SuspensionRow = {
  readonly suspensionId: number;
  readonly robotId: string | null;
  readonly equipoId: string | null;
  readonly motivo: string;
  readonly hasta: string | null;
};

/** A run that holds its equipo and its user: active, or UNKNOWN not long ago. */
export type BusyRow = { readonly equipoId: string | null; readonly userId: string | null; readonly robotId: string };

/** When a programación fires around now, as its calendar answers. */
export type Moment =
  /** It may start: the occurrence that is due, or the cyclic window that is open. `intervalMs` = rest between two cyclic runs. */
  | { readonly kind: 'due'; readonly cyclic: boolean; readonly start: string; readonly intervalMs: number | null }
  | { readonly kind: 'closed' }
  | { readonly kind: 'invalid'; readonly problem: string };

/** Minutes of the day of 'HH:MM'. */
const minutesOf = (hhmm: string): number => Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3, 5));

/**
 * Until when the launcher rests at that instant: [start, end) by the clocks of the zone, across midnight where the end comes first;
 * equal = never. null = it does not rest. Pure.
 */
export const pauseAt = (now: Date, zone: string, start: string, end: string): Date | null => {
  const [from, to] = [minutesOf(start), minutesOf(end)];
  if (from === to) return null;
  const clock = wallClock(zone);
  const today = clock.dayOf(now.getTime());
  for (const day of [today - 1, today]) {
    const until = clock.instantOf(from < to ? day : day + 1, to);
    if (clock.instantOf(day, from) <= now.getTime() && now.getTime() < until) return new Date(until);
  }
  return null;
};
