import type { Tag } from '#server/lib/tag.ts';
import { isActive } from './estados.ts';
import type { RunRow } from './find-runs.ts';

const tags: Readonly<Record<string, Tag>> = {
  PENDING_EXECUTION: { word: 'lanzándose', icon: 'reloj', tone: 'espera' },
  DEPLOYED: { word: 'lanzada', icon: 'marcha', tone: 'vivo' },
  QUEUED: { word: 'en la cola de A360', icon: 'reloj', tone: 'espera' },
  RUNNING: { word: 'en marcha', icon: 'marcha', tone: 'vivo' },
  RUN_PAUSED: { word: 'en pausa', icon: 'quieto', tone: 'espera' },
  COMPLETED: { word: 'terminada', icon: 'hecho', tone: 'bien' },
  RUN_COMPLETED: { word: 'terminada', icon: 'hecho', tone: 'bien' },
  RUN_FAILED: { word: 'falló', icon: 'fallo', tone: 'mal' },
  RUN_ABORTED: { word: 'interrumpida', icon: 'quieto', tone: 'ojo' },
  RUN_TIMED_OUT: { word: 'sin tiempo', icon: 'fallo', tone: 'mal' },
  DEPLOY_FAILED: { word: 'no se lanzó', icon: 'fallo', tone: 'mal' },
  COMPLETED_INFERRED: { word: 'dada por terminada', icon: 'duda', tone: 'nada' },
  UNKNOWN: { word: 'no se sabe', icon: 'duda', tone: 'ojo' },
};

/** A state of a run for people; A360's word stands beside it. */
export const runTag = (estado: string): Tag => tags[estado] ?? { word: estado, icon: 'duda', tone: 'nada' };

const origins: Readonly<Record<string, string>> = {
  callback: 'aviso de A360',
  conciliador: 'conciliador',
  inferido: 'inferido',
  manual: 'a mano',
  lanzador: 'lanzador',
};

/** Who told its end; '' while it has none. */
export const originWord = (origen: string | null): string => (origen === null ? '' : (origins[origen] ?? origen));

export const hrefOfRun = (id: string): string => `/ejecuciones/${encodeURIComponent(id)}`;

/** What may be ordered of a run: those of our own robots are the trámite's business. */
export const ordersOf = (run: Pick<RunRow, 'fase' | 'estado' | 'deployment_id'>) => {
  const open = run.fase === null && (isActive(run.estado) || run.estado === 'UNKNOWN');
  return { stop: open && run.deployment_id !== null, unlock: open };
};
