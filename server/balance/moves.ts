import type { Accion, BalanceAction } from './model.ts';

/** An equipo and the robot that has it, or will: `[robotId, equipoId]`. */
export type Pair = readonly [robotId: string, equipoId: string];

/** What an action does to the rows of its equipos. */
export type Move = 'quita' | 'da' | 'drena' | 'retiene' | 'nada';

const moves: Readonly<Record<Accion, Move>> = {
  DESASIGNAR_ROBOT_NO_CANDIDATO: 'quita',
  DESASIGNAR_EQUIPO_NO_APTO: 'quita',
  DESALOJO_POR_PRIORIDAD_ESTRICTA: 'quita',
  DESASIGNAR_EXCEDENTE_POOL: 'quita',
  ASIGNAR_DEMANDA_POOL: 'da',
  ASIGNAR_DESBORDE_GLOBAL: 'da',
  DRENAR: 'drena',
  CANCELAR_DRENAJE: 'retiene',
  RECHAZO: 'nada',
};

/** Pure. */
export const moveOf = (accion: Accion): Move => moves[accion];

const signs: Readonly<Record<Move, -1 | 0 | 1>> = { quita: -1, da: 1, drena: 0, retiene: 0, nada: 0 };

/** How many equipos more the robot has for each one that moves. Pure. */
export const signOf = (accion: Accion): -1 | 0 | 1 => signs[moves[accion]];

/** The equipos those actions move in that way, with their robots. Pure. */
export const pairsOf = (actions: readonly BalanceAction[], move: Move): Pair[] =>
  actions.filter(({ accion }) => moves[accion] === move).flatMap(({ robotId, equipos }) => equipos.map((id): Pair => [robotId, id]));

/** A pair as one text: ids of A360 and of this house hold no such character. Pure. */
export const keyOf = (robotId: string, equipoId: string): string => `${robotId}\n${equipoId}`;

/** The events of a robot (`events.kind` where entity = 'robot') that come from here; `data` = { antes, despues, motivo }. */
export const robotEventKinds = ['got_equipos', 'gave_equipos'] as const;
