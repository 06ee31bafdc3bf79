import type { Tag } from '#server/lib/tag.ts';
import type { CycleRow } from './queries.ts';

export const outcomes: Readonly<Record<CycleRow['outcome'], Tag>> = {
  running: { word: 'En marcha', icon: 'marcha', tone: 'vivo' },
  ok: { word: 'Terminado', icon: 'hecho', tone: 'bien' },
  failed: { word: 'Fallido', icon: 'fallo', tone: 'mal' },
  aborted: { word: 'Interrumpido', icon: 'quieto', tone: 'nada' },
};

export const phaseWords: Readonly<Record<string, string>> = {
  reconcile: 'conciliar',
  discover: 'descubrir',
  judge: 'juzgar',
  prepare: 'preparar',
  intend: 'apuntar',
  claim: 'reclamar',
  verify: 'verificar',
  enqueue: 'encolar',
};

export const reasonWords: Readonly<Record<string, string>> = {
  id_no_valido: 'idRecurso no válido',
  organisme_no_coincide: 'el organismo no coincide',
  organisme_excluido: 'organismo excluido',
  estado_no_libre: 'no está libre',
  texp_no_admitido: 'TExp fuera del filtro',
  asignado_a_otro: 'ya asignado',
  expediente_vacio: 'sin expediente',
  regex_no_coincide: 'el expediente no cumple la expresión',
  otro_organismo: 'lo toma otro organismo',
};

/** A name written for machines, as words: known ones by their table, the rest without underscores. */
export const say = (words: Readonly<Record<string, string>>, name: string): string => words[name] ?? name.replaceAll('_', ' ');
