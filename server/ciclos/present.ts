import type { Format, Instant } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { link, type Pager, type Tag } from '#server/lib/tag.ts';
import type { Mismatch } from '#server/recursos/queries.ts';
import type { CycleOrganismo, CycleRow } from './queries.ts';

const outcomes: Readonly<Record<CycleRow['outcome'], Tag>> = {
  running: { word: 'En marcha', icon: 'marcha', tone: 'vivo' },
  ok: { word: 'Terminado', icon: 'hecho', tone: 'bien' },
  failed: { word: 'Fallido', icon: 'fallo', tone: 'mal' },
  aborted: { word: 'Interrumpido', icon: 'quieto', tone: 'nada' },
};

const phaseWords: Readonly<Record<string, string>> = {
  reconcile: 'conciliar',
  discover: 'descubrir',
  judge: 'juzgar',
  prepare: 'preparar',
  intend: 'apuntar',
  claim: 'reclamar',
  verify: 'verificar',
  enqueue: 'encolar',
};

const reasonWords: Readonly<Record<string, string>> = {
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
const say = (words: Readonly<Record<string, string>>, name: string): string => words[name] ?? name.replaceAll('_', ' ');

export type CycleView = {
  readonly id: number;
  readonly started: Instant;
  readonly duration: string;
  readonly outcome: Tag;
  readonly seen: string;
  readonly matched: string;
  readonly discarded: string;
  readonly claimed: string;
  readonly lost: string;
  readonly reasons: readonly string[];
  /** All of them in one line; '' when none was measured. */
  readonly phases: string;
  readonly organismos: readonly string[];
  readonly error: string;
};

export const presentCycles = (
  found: readonly CycleRow[],
  key: PageKey | null,
  organismos: readonly CycleOrganismo[],
  format: Format,
): { rows: CycleView[]; pager: Pager } => {
  const page = cutPage(found, key);
  const byCycle = Map.groupBy(organismos, (one) => one.cycle_id);
  const href = (pagina: string | null) => pagina && link('/ciclos', { pagina });
  return {
    rows: page.rows.map((row) => presentCycle(row, byCycle.get(row.id) ?? [], format)),
    pager: { older: href(page.olderKey), newer: href(page.newerKey) },
  };
};

const presentCycle = (row: CycleRow, organismos: readonly CycleOrganismo[], format: Format): CycleView => ({
  id: row.id,
  started: format.instant(row.started_at),
  duration: row.outcome === 'running' ? '' : format.elapsed(row.started_at, row.ended_at),
  outcome: outcomes[row.outcome],
  seen: format.number(row.seen),
  matched: format.number(row.matched),
  discarded: format.number(row.discarded),
  claimed: format.number(row.claimed),
  lost: format.number(row.lost),
  reasons: Object.entries(row.reasons).map(([reason, n]) => `${format.number(n)} ${say(reasonWords, reason)}`),
  phases: Object.entries(row.phases)
    .map(([phase, ms]) => `${say(phaseWords, phase)} ${format.duration(ms)}`)
    .join(' · '),
  organismos: organismos.map((one) => organismoSentence(one, format)),
  error: row.error ?? '',
});

const organismoSentence = (one: CycleOrganismo, format: Format): string => {
  if (one.error) return `${one.site_id}: ${one.error}`;
  const counts = `${format.number(one.claimed)} reclamados de ${format.number(one.matched)} válidos, ${format.number(one.discarded)} descartados`;
  return `${one.site_id}: ${counts}${one.lost > 0 ? `, ${format.number(one.lost)} perdidos` : ''}`;
};

export type MismatchView = {
  readonly resourceId: string;
  readonly site: string;
  readonly sentence: string;
  readonly detail: string;
  readonly at: Instant;
  /** Address of the one repair button; null where only a person at the source can mend it. */
  readonly repair: string | null;
};

export const presentMismatch = (row: Mismatch, format: Format): MismatchView => ({
  resourceId: row.resource_id,
  site: row.site_id ?? '',
  sentence:
    row.kind === 'unknown_here'
      ? 'Asignado a Cerebro en el origen, pero aquí no se conoce'
      : 'En la cola de Cerebro, pero en el origen ya no es suyo',
  detail: row.detail ?? '',
  at: format.instant(row.at),
  repair: row.kind === 'unknown_here' ? `/ciclos/desajustes/${encodeURIComponent(row.resource_id)}/encolar` : null,
});
