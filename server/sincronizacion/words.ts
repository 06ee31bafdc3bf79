import type { Format, Instant } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import type { Que, SyncRow } from './queries.ts';

/** One half of the last sync, as pages tell it. */
export type SyncView = {
  readonly what: string;
  readonly state: Tag;
  readonly at: Instant | null;
  readonly counts: string;
  readonly note: string;
  /** Those that are missing and nobody believes gone: a person may. */
  readonly drops: Drops | null;
};

export type Drops = { readonly which: string; readonly button: string; readonly href: string; readonly many: number };

const states: Readonly<Record<SyncRow['outcome'], Tag>> = {
  ok: { word: 'Bien', icon: 'hecho', tone: 'bien' },
  sin_ausencias: { word: 'Sin dar bajas', icon: 'aviso', tone: 'ojo' },
  failed: { word: 'Falló', icon: 'fallo', tone: 'mal' },
};

/** @param dubious names of those the last listing of each half did not bring */
export const presentSyncs = (
  rows: readonly SyncRow[],
  dubious: Readonly<Record<Que, readonly string[]>>,
  format: Format,
): readonly SyncView[] =>
  rows.map((row) => ({
    what: row.que === 'robots' ? 'Robots' : 'Equipos',
    state: states[row.outcome],
    at: format.instant(row.ended_at),
    counts: row.outcome === 'failed' ? '' : countsOf(row, format),
    note: row.mensaje ?? '',
    drops: dropsOf(row.que, dubious[row.que], format),
  }));

const countsOf = (row: SyncRow, format: Format): string =>
  `${format.number(row.vistos)} en A360: ${format.number(row.nuevos)} nuevos, ${format.number(row.cambiados)} cambiados, ${format.number(row.ausentes)} dados de baja`;

const namesShown = 5;

const dropsOf = (que: Que, names: readonly string[], format: Format): Drops | null => {
  if (names.length === 0) return null;
  const more = names.length > namesShown ? ` y ${format.number(names.length - namesShown)} más` : '';
  return {
    which: `Faltan: ${names.slice(0, namesShown).join(', ')}${more}.`,
    button: names.length === 1 ? 'Dar por buena la baja' : `Dar por buenas las ${format.number(names.length)} bajas`,
    href: `/sincronizacion/${que}/bajas`,
    many: names.length,
  };
};
