/** The words of the balancer: what the plan looks at and what it answers. Types only. */
import type { RobotLoad } from '#server/carga/model.ts';

export type { RobotLoad };

/** A robot of A360 that could have equipos lent. Every robot with dynamic equipos is here too, whatever it is. */
export type BalanceRobot = {
  readonly robotId: string;
  readonly robot: string;
  /** null = General, also for a pool that no longer exists. */
  readonly poolId: string | null;
  readonly min: number;
  /** -1 = no limit. Where it is below `min` it wins. */
  readonly max: number;
  /** Tickets per equipo; null or below 1 = the setting's. */
  readonly ratio: number | null;
  /** Lower is more important. */
  readonly prioridad: number;
  /** Spanish: why it may have no equipos lent (inactive, not online, missing in A360, its pool is off); null = it may. */
  readonly noApto: string | null;
};

/** An equipo of A360. */
export type BalanceEquipo = {
  readonly equipoId: string;
  readonly poolId: string | null;
  /** Spanish: why it may not be lent (maintenance, disconnected, licence, fixed by a programación or kept by a person…); null = it may. */
  readonly noApto: string | null;
  /** A person or a programación has it: the balancer never touches it, but takes back what it lent there. */
  readonly fijo: boolean;
  /** Whose it is now, lent by the balancer; null = nobody's. */
  readonly robotId: string | null;
  /** It is to be taken back when its run ends. */
  readonly liberando: boolean;
  /** Something runs on it now. */
  readonly ocupado: boolean;
  /** Robots that are suspended on this equipo alone, each with its reason (Spanish): it may be lent to anybody else. */
  readonly vetados: ReadonlyMap<string, string>;
  /** The robot that ran on it last; null = none. */
  readonly ultimoRobotId: string | null;
};

/** What is remembered of a robot from cycle to cycle (table `balance_robots`). Instants in ms. */
export type RobotMemory = {
  readonly robotId: string;
  /** When it last came to have more, and the tickets it had then; likewise fewer. */
  readonly alza: { readonly at: number; readonly tickets: number } | null;
  readonly baja: { readonly at: number; readonly tickets: number } | null;
  /** It has fewer than it needs for lack of equipos: it is completed as soon as there are some, whatever its cooling. */
  readonly incompleto: boolean;
  readonly negativa: Negativa | null;
};

export type BalanceSettings = {
  /** Tickets per equipo of robots that do not say. */
  readonly ratio: number;
  readonly enfriamientoMs: number;
  /** Robots get equipos of their own pool only. */
  readonly aislamiento: boolean;
  readonly preemption: boolean;
};

export type BalanceSnapshot = {
  readonly robots: readonly BalanceRobot[];
  readonly equipos: readonly BalanceEquipo[];
  readonly load: ReadonlyMap<string, RobotLoad>;
  readonly memory: ReadonlyMap<string, RobotMemory>;
};

/** `historico_balanceo.accion_tomada`. */
export type Accion =
  /** Its robot may have none, or has no tickets. */
  | 'DESASIGNAR_ROBOT_NO_CANDIDATO'
  /** The equipo may no longer be lent. */
  | 'DESASIGNAR_EQUIPO_NO_APTO'
  /** A more important robot needs it. */
  | 'DESALOJO_POR_PRIORIDAD_ESTRICTA'
  /** More than it needs. */
  | 'DESASIGNAR_EXCEDENTE_POOL'
  | 'ASIGNAR_DEMANDA_POOL'
  | 'ASIGNAR_DESBORDE_GLOBAL'
  /** It works: taken back when its run ends. */
  | 'DRENAR'
  /** It was to be taken back and is needed again. */
  | 'CANCELAR_DRENAJE'
  /** Nothing moved, and why. Written once per change. */
  | 'RECHAZO';

/** Why a robot does not get, or does not give back, what it should. */
export type Negativa =
  | 'enfriamiento_alza'
  | 'enfriamiento_baja'
  | 'sin_equipos'
  | 'tope'
  | 'carga_desconocida'
  | 'carga_antigua'
  | 'no_apto';

/** One change of one robot: its row in the history. The equipos are in the order they were chosen. */
export type BalanceAction = {
  readonly accion: Accion;
  readonly robotId: string;
  /** Pool of the equipos; null = General. */
  readonly poolId: string | null;
  readonly equipos: readonly string[];
  /** null = not known. */
  readonly tickets: number | null;
  /** Equipos it has before and after this action, those being taken back included. */
  readonly antes: number;
  readonly despues: number;
  /** Spanish sentence. */
  readonly justificacion: string;
};

/** What became of each robot, for the page: also where nothing moved. */
export type RobotVerdict = {
  readonly robotId: string;
  readonly tickets: number | null;
  readonly necesita: number;
  /** Before and after the plan, those being taken back included. */
  readonly tiene: number;
  readonly tendra: number;
  readonly negativa: Negativa | null;
  /** Spanish: why it gets no more, or keeps what it has; null = it has what it needs. */
  readonly porque: string | null;
  /** When its cooling ends (ms), this plan's own moves included; null = it is not cooling. */
  readonly enfriaHasta: number | null;
};

export type BalancePlan = {
  /** In the order they are to be done: all that leaves before all that arrives. */
  readonly actions: readonly BalanceAction[];
  readonly verdicts: readonly RobotVerdict[];
  /** Of the robots whose memory changes. */
  readonly memory: readonly RobotMemory[];
};
