import { hasValidLicence } from '#server/equipos/rules.ts';
import type { AsignacionRow, BusyRow, EquipoRow, Moment, RobotRow, SuspensionRow } from './rules.ts';

/** Everything the decision looks at, of one instant of the database. */
export type Snapshot<Programacion = unknown> = {
  readonly robots: readonly RobotRow[];
  readonly equipos: readonly EquipoRow[];
  readonly asignaciones: readonly AsignacionRow[];
  readonly programaciones: readonly (Programacion & {
    readonly programacionId: string;
    readonly robotId: string;
    readonly activo: number;
  })[];
  readonly suspensiones: readonly SuspensionRow[];
  readonly busy: readonly BusyRow[];
  /** Occurrences an execution holds already. */
  readonly held: readonly { readonly programacionId: string; readonly equipoId: string; readonly fechaTeorica: string }[];
  /** The last end, real or inferred, of a robot on an equipo. */
  readonly ends: readonly { readonly robotId: string; readonly equipoId: string; readonly fechaFin: string }[];
  /** When a copy was last put in the place of the database: what was due before may have been launched. */
  readonly restoredAt?: string | null;
  /** Of each robot that files for an organismo, how many trámites it may take now. The others start without any. */
  readonly tickets: readonly { readonly robotId: string; readonly tramites: number }[];
};

/** Why an assignment does not start now. */
export type Why =
  | { readonly code: 'robot_desconocido' | 'robot_inactivo' | 'robot_ausente' | 'robot_no_online' }
  | { readonly code: 'equipo_desconocido' | 'equipo_mantenimiento' | 'equipo_ausente' | 'equipo_desconectado' }
  | { readonly code: 'sin_usuario' | 'usuario_desactivado' | 'sin_licencia' }
  | { readonly code: 'suspendido'; readonly de: 'robot' | 'equipo' | 'pareja'; readonly motivo: string; readonly hasta: string | null }
  | { readonly code: 'liberando' }
  | { readonly code: 'equipo_ocupado' | 'usuario_ocupado'; readonly robotId: string }
  | {
      readonly code:
        | 'sin_programacion'
        | 'programacion_ajena'
        | 'programacion_inactiva'
        | 'fuera_de_hora'
        | 'ocurrencia_hecha'
        | 'antes_de_restaurar';
    }
  | { readonly code: 'programacion_no_valida'; readonly problem: string }
  | { readonly code: 'intervalo'; readonly hasta: string }
  | { readonly code: 'gana_otro'; readonly robotId: string }
  | { readonly code: 'usuario_de_otro'; readonly equipoId: string }
  | { readonly code: 'sin_tramites' };

/** A robot that starts on an equipo. `fechaTeorica` null = online. */
export type Pair = {
  readonly asignacionId: number;
  readonly robotId: string;
  readonly equipoId: string;
  readonly userId: string;
  readonly programacionId: string | null;
  /** Theoretical start in UTC; of a cyclic run, the instant of this decision. */
  readonly fechaTeorica: string | null;
};

/** What becomes of an assignment now; `why` null = it starts. */
export type Verdict = { readonly asignacion: AsignacionRow; readonly why: Why | null };

export type Decision = {
  /** In the order they start. */
  readonly pairs: readonly Pair[];
  /** One per assignment, in the order of the snapshot. */
  readonly verdicts: readonly Verdict[];
};

export type DecisionTime<Programacion> = {
  readonly now: Date;
  /** What its calendar says of now; asked once per programación. */
  readonly momentOf: (programacion: Programacion) => Moment;
};

type Candidate = Pair & { readonly prioridad: number; readonly hora: string | null };

/**
 * Which robots start now and on which equipos, and why each of the other assignments does not (SAM.md 3.1). Pure, and linear but for
 * the sorting of those that could start; the order of the rows is all the same.
 */
export const decide = <Programacion>(snapshot: Snapshot<Programacion>, time: DecisionTime<Programacion>): Decision => {
  const look = lookup(snapshot, time);
  const found = new Map<AsignacionRow, Why | Candidate>();
  for (const asignacion of snapshot.asignaciones) found.set(asignacion, whyNot(asignacion, look) ?? candidateOf(asignacion, look));
  const candidates = [...found.values()].filter((one): one is Candidate => !('code' in one)).sort(firstToStart);
  const { pairs, losers } = settleContest(candidates, look.tickets);
  const verdicts = [...found].map(([asignacion, one]) => ({ asignacion, why: 'code' in one ? one : (losers.get(one) ?? null) }));
  return { pairs, verdicts };
};

/** Ids of A360 and of this house hold no such character. */
const keyOf = (...parts: readonly (string | null)[]): string => parts.map((part) => part ?? '').join('\n');

type Look<Programacion> = ReturnType<typeof lookup<Programacion>>;

const lookup = <Programacion>(snapshot: Snapshot<Programacion>, { now, momentOf }: DecisionTime<Programacion>) => {
  const iso = now.toISOString();
  const moments = new Map<string, Moment>();
  const inForce = snapshot.suspensiones.filter(({ hasta }) => hasta === null || Date.parse(hasta) > now.getTime());
  const equipos = new Map(snapshot.equipos.map((equipo) => [equipo.equipoId, equipo]));
  return {
    now: iso,
    restoredAt: snapshot.restoredAt ?? null,
    equipos,
    robots: new Map(snapshot.robots.map((robot) => [robot.robotId, robot])),
    programaciones: new Map(snapshot.programaciones.map((one) => [one.programacionId, one])),
    suspensiones: new Map(inForce.map((one) => [keyOf(one.robotId, one.equipoId), one])),
    busyEquipos: new Map(snapshot.busy.flatMap(({ equipoId, robotId }) => (equipoId === null ? [] : [[equipoId, robotId] as const]))),
    // The user of the run, and whoever the equipo runs as today.
    busyUsers: new Map(
      snapshot.busy.flatMap(({ equipoId, userId, robotId }) =>
        [userId, equipos.get(equipoId ?? '')?.userId].flatMap((user) => (user ? [[user, robotId] as const] : [])),
      ),
    ),
    held: new Set(snapshot.held.map((one) => keyOf(one.programacionId, one.equipoId, one.fechaTeorica))),
    ends: lastEnds(snapshot.ends),
    tickets: new Map(snapshot.tickets.map(({ robotId, tramites }) => [robotId, tramites])),
    momentOf: (programacion: Programacion & { readonly programacionId: string }): Moment => {
      const known = moments.get(programacion.programacionId) ?? momentOf(programacion);
      moments.set(programacion.programacionId, known);
      return known;
    },
  };
};

const lastEnds = (ends: Snapshot['ends']): ReadonlyMap<string, string> => {
  const last = new Map<string, string>();
  for (const { robotId, equipoId, fechaFin } of ends) {
    const key = keyOf(robotId, equipoId);
    // What is no instant (another program's) is no end.
    if (Number.isNaN(Date.parse(fechaFin))) continue;
    if (fechaFin > (last.get(key) ?? '')) last.set(key, fechaFin);
  }
  return last;
};

const whyNot = <P>(asignacion: AsignacionRow, look: Look<P>): Why | null =>
  whyNotRobot(look.robots.get(asignacion.robotId)) ??
  whyNotEquipo(look.equipos.get(asignacion.equipoId)) ??
  whySuspended(asignacion, look) ??
  (asignacion.liberando === 1 ? { code: 'liberando' } : null) ??
  whyBusy(asignacion, look) ??
  (asignacion.esProgramado === 1 ? whyNotDue(asignacion, look) : whyNotOnline(asignacion, look)) ??
  (look.tickets.get(asignacion.robotId) === 0 ? { code: 'sin_tramites' } : null);

const whyNotRobot = (robot: RobotRow | undefined): Why | null => {
  if (!robot) return { code: 'robot_desconocido' };
  if (robot.activo !== 1) return { code: 'robot_inactivo' };
  return robot.presente === 1 ? null : { code: 'robot_ausente' };
};

const whyNotEquipo = (equipo: EquipoRow | undefined): Why | null => {
  if (!equipo) return { code: 'equipo_desconocido' };
  if (equipo.activoSam !== 1) return { code: 'equipo_mantenimiento' };
  if (equipo.presente !== 1) return { code: 'equipo_ausente' };
  if (equipo.conectado !== 1) return { code: 'equipo_desconectado' };
  if (!equipo.userId) return { code: 'sin_usuario' };
  if (equipo.userActivo !== 1) return { code: 'usuario_desactivado' };
  return hasValidLicence(equipo.licencia) ? null : { code: 'sin_licencia' };
};

const whySuspended = <P>({ robotId, equipoId }: AsignacionRow, { suspensiones }: Look<P>): Why | null => {
  const kinds = [
    ['robot', keyOf(robotId, null)],
    ['equipo', keyOf(null, equipoId)],
    ['pareja', keyOf(robotId, equipoId)],
  ] as const;
  for (const [de, key] of kinds) {
    const one = suspensiones.get(key);
    if (one) return { code: 'suspendido', de, motivo: one.motivo, hasta: one.hasta };
  }
  return null;
};

const whyBusy = <P>({ equipoId }: AsignacionRow, { busyEquipos, busyUsers, equipos }: Look<P>): Why | null => {
  const here = busyEquipos.get(equipoId);
  if (here !== undefined) return { code: 'equipo_ocupado', robotId: here };
  const elsewhere = busyUsers.get(equipos.get(equipoId)?.userId ?? '');
  return elsewhere === undefined ? null : { code: 'usuario_ocupado', robotId: elsewhere };
};

const whyNotOnline = <P>({ robotId }: AsignacionRow, { robots }: Look<P>): Why | null =>
  robots.get(robotId)?.esOnline === 1 ? null : { code: 'robot_no_online' };

const whyNotDue = <P>(asignacion: AsignacionRow, look: Look<P>): Why | null => {
  const programacion = look.programaciones.get(asignacion.programacionId ?? '');
  if (!programacion) return { code: 'sin_programacion' };
  if (programacion.robotId !== asignacion.robotId) return { code: 'programacion_ajena' };
  if (programacion.activo !== 1) return { code: 'programacion_inactiva' };
  const moment = look.momentOf(programacion);
  if (moment.kind === 'invalid') return { code: 'programacion_no_valida', problem: moment.problem };
  if (moment.kind === 'closed') return { code: 'fuera_de_hora' };
  if (moment.cyclic) return whyResting(asignacion, moment.intervalMs, look);
  if (look.held.has(keyOf(programacion.programacionId, asignacion.equipoId, moment.start))) return { code: 'ocurrencia_hecha' };
  return look.restoredAt !== null && moment.start <= look.restoredAt ? { code: 'antes_de_restaurar' } : null;
};

/** After a restoration the last end it knows is of another day: the rest counts from the restoration. */
const whyResting = <P>({ robotId, equipoId }: AsignacionRow, intervalMs: number | null, look: Look<P>): Why | null => {
  const { ends, now, restoredAt } = look;
  const known = ends.get(keyOf(robotId, equipoId));
  const end = restoredAt !== null && restoredAt > (known ?? '') ? restoredAt : known;
  if (intervalMs === null || end === undefined) return null;
  const hasta = new Date(Date.parse(end) + intervalMs).toISOString();
  return hasta > now ? { code: 'intervalo', hasta } : null;
};

const candidateOf = <P>(asignacion: AsignacionRow, look: Look<P>): Candidate => {
  const { asignacionId, robotId, equipoId, esProgramado } = asignacion;
  const programacion = esProgramado === 1 ? look.programaciones.get(asignacion.programacionId ?? '') : undefined;
  const moment = programacion && look.momentOf(programacion);
  const start = moment?.kind === 'due' ? moment.start : null;
  return {
    ...{ asignacionId, robotId, equipoId },
    userId: look.equipos.get(equipoId)?.userId ?? '',
    programacionId: programacion?.programacionId ?? null,
    fechaTeorica: moment?.kind === 'due' && moment.cyclic ? look.now : start,
    prioridad: look.robots.get(robotId)?.prioridad ?? 0,
    hora: start,
  };
};

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Programmed before online, then the lower priority, the earlier hour, and ids so that there is always one order. */
const firstToStart = (one: Candidate, other: Candidate): number =>
  Number(one.hora === null) - Number(other.hora === null) ||
  one.prioridad - other.prioridad ||
  compare(one.hora ?? '', other.hora ?? '') ||
  compare(one.robotId, other.robotId) ||
  compare(one.equipoId, other.equipoId) ||
  compare(one.programacionId ?? '', other.programacionId ?? '');

type Contest = { readonly pairs: Pair[]; readonly losers: ReadonlyMap<Candidate, Why> };

/** One winner per equipo, and per user: deploys go to a user's default device. A robot that files starts once per trámite at most. */
const settleContest = (candidates: readonly Candidate[], tickets: ReadonlyMap<string, number>): Contest => {
  const byEquipo = new Map<string, string>();
  const byUser = new Map<string, string>();
  const left = new Map(tickets);
  const losers = new Map<Candidate, Why>();
  const pairs: Pair[] = [];
  for (const candidate of candidates) {
    const { prioridad, hora, ...pair } = candidate;
    const [winner, userOn, tramites] = [byEquipo.get(pair.equipoId), byUser.get(pair.userId), left.get(pair.robotId)];
    if (winner !== undefined) losers.set(candidate, { code: 'gana_otro', robotId: winner });
    else if (userOn !== undefined) losers.set(candidate, { code: 'usuario_de_otro', equipoId: userOn });
    else if (tramites === 0) losers.set(candidate, { code: 'sin_tramites' });
    else {
      if (tramites !== undefined) left.set(pair.robotId, tramites - 1);
      byEquipo.set(pair.equipoId, pair.robotId);
      byUser.set(pair.userId, pair.equipoId);
      pairs.push(pair);
    }
  }
  return { pairs, losers };
};
