import { type Decision, type DecisionTime, decide, type Snapshot, type Why } from '#server/lanzador/pairs.ts';
import type { AsignacionRow, EquipoRow, Moment, RobotRow, SuspensionRow } from '#server/lanzador/rules.ts';

export const now = new Date('2026-03-02T09:00:00.000Z');

/** A programación that answers what it is told of any instant. */
export type ToldProgramacion = { readonly moment: Moment };
export type Scene = Snapshot<ToldProgramacion>;

export const at = (): DecisionTime<ToldProgramacion> => ({ now, momentOf: ({ moment }) => moment });

export const due = (over: Partial<Extract<Moment, { kind: 'due' }>> = {}): Moment => ({
  ...{ kind: 'due', cyclic: false, start: '2026-03-02T08:30:00.000Z', intervalMs: null },
  ...over,
});
export const closed: Moment = { kind: 'closed' };

export const robot = (over: Partial<RobotRow> = {}): RobotRow => ({
  ...{ robotId: 'r1', robot: 'P100_Uno', activo: 1, esOnline: 1, prioridad: 100, presente: 1 },
  ...over,
});

export const equipo = (over: Partial<EquipoRow> = {}): EquipoRow => {
  const equipoId = over.equipoId ?? 'e1';
  return {
    ...{ equipoId, equipo: equipoId.toUpperCase(), userId: `u-${equipoId}`, licencia: 'ATTENDEDRUNTIME' },
    ...{ activoSam: 1, conectado: 1, presente: 1, userActivo: 1 },
    ...over,
  };
};

export const asignacion = (over: Partial<AsignacionRow> = {}): AsignacionRow => ({
  ...{ asignacionId: 1, robotId: 'r1', equipoId: 'e1', esProgramado: 0, programacionId: null, liberando: 0 },
  ...over,
});

export const suspension = (over: Partial<SuspensionRow> = {}): SuspensionRow => ({
  ...{ suspensionId: 1, robotId: null, equipoId: null, motivo: 'No tiene equipos.', hasta: null },
  ...over,
});

type Parts = {
  readonly robot?: Partial<RobotRow>;
  readonly equipo?: Partial<EquipoRow>;
  readonly programada?: Moment;
  readonly programacion?: { readonly activo?: number; readonly robotId?: string };
};

/** One robot online with one equipo; or programmed on it, when `programada` says of when. */
export const scene = ({ robot: robotOver, equipo: equipoOver, programada, programacion }: Parts): Scene => ({
  robots: [robot(robotOver)],
  equipos: [equipo(equipoOver)],
  asignaciones: [asignacion(programada ? { esProgramado: 1, programacionId: 'p1' } : {})],
  programaciones: programada ? [{ programacionId: 'p1', robotId: 'r1', activo: 1, moment: programada, ...programacion }] : [],
  suspensiones: [],
  busy: [],
  held: [],
  ends: [],
});

export const startsOf = (snapshot: Scene): string[] =>
  decide(snapshot, at()).pairs.map(({ robotId, equipoId }) => `${robotId} on ${equipoId}`);

/** Why its one assignment does not start; null when it does. */
export const whyOf = (snapshot: Scene): Why | null | undefined => verdictsOf(snapshot)[0]?.why;

const verdictsOf = (snapshot: Scene): Decision['verdicts'] => decide(snapshot, at()).verdicts;
