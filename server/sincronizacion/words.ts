import type { Format, Instant } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import type { SyncRow } from './queries.ts';

/** One half of the last sync, as pages tell it. */
export type SyncView = {
  readonly what: string;
  readonly state: Tag;
  readonly at: Instant | null;
  readonly counts: string;
  readonly note: string;
};

const states: Readonly<Record<SyncRow['outcome'], Tag>> = {
  ok: { word: 'Bien', icon: 'hecho', tone: 'bien' },
  sin_ausencias: { word: 'Sin dar bajas', icon: 'aviso', tone: 'ojo' },
  failed: { word: 'Falló', icon: 'fallo', tone: 'mal' },
};

export const presentSyncs = (rows: readonly SyncRow[], format: Format): readonly SyncView[] =>
  rows.map((row) => ({
    what: row.que === 'robots' ? 'Robots' : 'Equipos',
    state: states[row.outcome],
    at: format.instant(row.ended_at),
    counts: row.outcome === 'failed' ? '' : countsOf(row, format),
    note: row.mensaje ?? '',
  }));

const countsOf = (row: SyncRow, format: Format): string =>
  `${format.number(row.vistos)} en A360: ${format.number(row.nuevos)} nuevos, ${format.number(row.cambiados)} cambiados, ${format.number(row.ausentes)} dados de baja`;
