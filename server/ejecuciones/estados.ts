/**
 * The states of an ejecución, in A360's words, and what they mean to the house: the one list of them. It stands below every room and
 * below the schema too: whoever asks whether an equipo is busy asks here.
 */

/** It holds its equipo, its user and its trámite. The unique indexes of `ejecuciones` say the same. */
export const activeStates = ['PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'RUN_PAUSED'] as const;

export const successStates = ['COMPLETED', 'RUN_COMPLETED'] as const;

/** Real ends: nothing replaces them. */
export const endStates = [...successStates, 'RUN_FAILED', 'RUN_ABORTED', 'RUN_TIMED_OUT', 'DEPLOY_FAILED'] as const;

/** Taken for ended, or not known: a late truth may replace them. */
export const doubtfulStates = ['COMPLETED_INFERRED', 'UNKNOWN'] as const;

export const estados = [...activeStates, ...endStates, ...doubtfulStates] as const;
export type Estado = (typeof estados)[number];

export const isActive = (estado: string): boolean => (activeStates as readonly string[]).includes(estado);
export const isEnd = (estado: string): boolean => (endStates as readonly string[]).includes(estado);
export const isSuccess = (estado: string): boolean => (successStates as readonly string[]).includes(estado);

/** How long an equipo stays busy after A360 last said UNKNOWN of its run. */
export const unknownHoldMs = 2 * 3_600_000;

/** As it is stored: UPDATE is a run in progress; null for a word nobody knows (log it and keep the state there is). */
export const readEstado = (word: string): Estado | null => {
  const upper = word.trim().toUpperCase();
  if (upper === 'UPDATE') return 'RUNNING';
  return estados.find((estado) => estado === upper && estado !== 'COMPLETED_INFERRED') ?? null;
};

/** What somebody still has to tell the end of. */
export const openStates = [...activeStates, 'UNKNOWN'] as const;

/** For SQL: `('A', 'B')`. */
export const sqlList = (some: readonly string[]): string => `(${some.map((estado) => `'${estado}'`).join(', ')})`;

/**
 * For SQL, of an ejecución `e`: A360 has said UNKNOWN of it after `@unknownSince` (`unknownHoldMs` ago), and it holds its equipo still.
 * The list is that of the partial index, which SQLite takes only where it is repeated.
 */
export const unknownHoldsSql = `e.estado IN ${sqlList(openStates)} AND e.estado = 'UNKNOWN' AND coalesce(e.ultimo_unknown_at, e.fecha_inicio) > @unknownSince`;
