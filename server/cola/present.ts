import type { Permiso } from '#server/acceso/permisos.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { type Chip, type Empty, link, type Pager, type Tag } from '#server/lib/tag.ts';
import { type FoundPage, type ListedTramite, type StatusCounts, totalOf } from './queries.ts';
import { type BulkAction, bulkActionsIn, type Filter, parametersOf, permisoFor } from './rules.ts';
import { searchLimit } from './search.ts';
import { type Status, statuses } from './transitions.ts';
import { type Around, noteOf, stateTag, tabWords } from './words.ts';

export type RowView = {
  readonly id: number;
  readonly expediente: string;
  readonly resourceId: string;
  readonly site: string;
  readonly state: Tag;
  readonly note: string;
  readonly attempts: number;
  readonly created: Instant;
  readonly ended: Instant | null;
};

export const presentRow = (row: ListedTramite, around: Around): RowView => ({
  id: row.id,
  expediente: row.expediente || '(sin expediente)',
  resourceId: row.resource_id,
  site: row.site_id,
  state: stateTag(row.status),
  note: noteOf(row, around),
  attempts: row.attempts,
  created: around.format.instant(row.created_at),
  ended: around.format.instant(row.processed_at),
});

export type TabView = { readonly word: string; readonly href: string; readonly count: string; readonly current: boolean };

export const presentTabs = (filter: Filter, counts: StatusCounts, format: Format): TabView[] => {
  const tab = (status: Status | null, word: string, n: number): TabView => ({
    word,
    href: link('/cola', parametersOf({ ...filter, status })),
    count: format.number(n),
    current: filter.status === status,
  });
  return [tab(null, 'Todos', totalOf(counts)), ...statuses.map((status) => tab(status, tabWords[status], counts[status]))];
};

/** What narrows the list beyond its tab, each to be taken away by itself. */
export const presentChips = (filter: Filter): Chip[] => {
  const chip = (label: string, without: Partial<Filter>): Chip => ({
    label,
    remove: link('/cola', parametersOf({ ...filter, ...without })),
  });
  return [
    ...(filter.status === null ? [] : [chip(`Estado: ${tabWords[filter.status].toLowerCase()}`, { status: null })]),
    ...(filter.site === null ? [] : [chip(`Organismo: ${filter.site}`, { site: null })]),
    ...(filter.search === null ? [] : [chip(`Texto: «${filter.search}»`, { search: null })]),
  ];
};

const bulkWords: Readonly<Record<BulkAction, { readonly word: string; readonly icon: string }>> = {
  aprobar: { word: 'Aprobar y enviar', icon: 'hecho' },
  reintentar: { word: 'Reintentar', icon: 'ciclos' },
  rechazar: { word: 'Rechazar', icon: 'fallo' },
  cancelar: { word: 'Cancelar', icon: 'quieto' },
  devolver: { word: 'Devolver al origen', icon: 'atras' },
  restaurados: { word: 'No se presentaron', icon: 'duda' },
};

/** What may be ordered of the rows a person ticks, or of all that match; null when nothing may. */
export type Choosing = {
  readonly actions: readonly { readonly action: BulkAction; readonly word: string; readonly icon: string }[];
  /** «Todos los que coinciden (1.204)». */
  readonly all: string;
  /** The filter, as hidden fields. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
};

export type ListView = {
  readonly rows: readonly RowView[];
  readonly pager: Pager;
  readonly empty: Empty | null;
  /** What the search could not look at, if anything. */
  readonly limits: readonly string[];
  /** Address of the stream that keeps these rows up to date. */
  readonly stream: string;
  readonly choosing: Choosing | null;
  readonly csv: { readonly href: string; readonly words: string };
};

type Asked = {
  readonly filter: Filter;
  readonly key: PageKey | null;
  readonly total: number;
  /** What who looks may do. */
  readonly can: (permiso: Permiso) => boolean;
};

export const presentList = (found: FoundPage, asked: Asked, around: Around): ListView => {
  const { filter, key } = asked;
  const page = cutPage(found.rows, key);
  const pageLink = (pagina: string | null) => pagina && link('/cola', { ...parametersOf(filter), pagina });
  const ids = page.rows.map((row) => row.id).join('.');
  const choosing = page.rows.length === 0 ? null : choosingOf(asked, around.format.number(found.matching));
  const marks = { primera: key === null ? 'si' : null, elegir: choosing ? 'si' : null };
  return {
    rows: page.rows.map((row) => presentRow(row, around)),
    pager: { older: pageLink(page.olderKey), newer: pageLink(page.newerKey) },
    empty: page.rows.length > 0 ? null : emptyOf(filter, asked),
    limits: limitsOf(found, around.format),
    stream: link('/vivo/cola', { ...parametersOf(filter), filas: ids, ...marks }),
    choosing,
    csv: { href: link('/cola.csv', parametersOf(filter)), words: `Descargar ${around.format.number(found.matching)} en CSV` },
  };
};

const choosingOf = ({ filter, can }: Asked, matching: string): Choosing | null => {
  const allowed = bulkActionsIn(filter.status).filter((action) => can(permisoFor(action)));
  if (allowed.length === 0) return null;
  const fields = Object.entries(parametersOf(filter)).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  return { actions: allowed.map((action) => ({ action, ...bulkWords[action] })), all: `Todos los que coinciden (${matching})`, fields };
};

/** A search says what it did not look at. */
const limitsOf = ({ capped, behind }: FoundPage, format: Format): string[] => [
  ...(capped
    ? [
        `Hay demasiadas coincidencias: se muestran solo las ${format.number(searchLimit)} primeras que se han encontrado. Escriba más cifras.`,
      ]
    : []),
  ...(behind > 0
    ? [
        `El buscador todavía está leyendo ${format.number(behind)} trámites: de esos solo encuentra cómo empiezan el expediente o el idRecurso.`,
      ]
    : []),
];

/** Three different empties: a filter that is too narrow (`total` knows only its organismo), nothing yet, all of it done. */
const emptyOf = (filter: Filter, { key, total }: Asked): Empty => {
  const first = { href: link('/cola', parametersOf(filter)), action: 'Ver los más recientes' };
  if (key !== null) return { icon: 'cola', title: 'No hay más trámites', sentence: 'Esta página ya no tiene filas.', ...first };
  if (filter.search !== null || filter.site !== null)
    return {
      icon: 'buscar',
      title: 'Nada coincide con el filtro',
      sentence: filterSentence(filter),
      href: '/cola',
      action: 'Quitar el filtro',
    };
  if (total === 0)
    return {
      icon: 'cola',
      title: 'Todavía no hay trámites',
      sentence: 'Aparecerán aquí cuando un ciclo reclame recursos de un organismo encendido.',
      href: '/organismos',
      action: 'Ver los organismos',
    };
  return {
    icon: 'hecho',
    title: `Ningún trámite en «${tabWords[filter.status ?? 'pending']}»`,
    sentence: 'Ahora mismo no hay ninguno en este estado.',
  };
};

const filterSentence = ({ search, site, status }: Filter): string =>
  [
    search === null ? '' : `Se ha buscado «${search}» en el expediente, el idRecurso, la matrícula y el número de registro.`,
    site === null ? '' : `Solo organismo ${site}.`,
    status === null ? '' : `Solo ${tabWords[status].toLowerCase()}.`,
  ]
    .filter(Boolean)
    .join(' ');
