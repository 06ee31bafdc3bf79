import type { Format, Instant } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { type Empty, link, type Pager, type Tag } from '#server/lib/tag.ts';
import type { Filter, ListedTramite, StatusCounts } from './queries.ts';
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

/** Parameters of the list's own links. */
const parameters = (filter: Filter) => ({ estado: filter.status, site: filter.site, q: filter.search });

export const presentTabs = (filter: Filter, counts: StatusCounts, format: Format): TabView[] => {
  const total = statuses.reduce((sum, status) => sum + counts[status], 0);
  const tab = (status: Status | null, word: string, n: number): TabView => ({
    word,
    href: link('/cola', parameters({ ...filter, status })),
    count: format.number(n),
    current: filter.status === status,
  });
  return [tab(null, 'Todos', total), ...statuses.map((status) => tab(status, tabWords[status], counts[status]))];
};

export type ListView = {
  readonly rows: readonly RowView[];
  readonly pager: Pager;
  readonly empty: Empty | null;
  /** The search found more than it can show. */
  readonly capped: boolean;
  /** Address of the stream that keeps these rows up to date. */
  readonly stream: string;
};

export const presentList = (
  found: { rows: readonly ListedTramite[]; capped: boolean },
  asked: { filter: Filter; key: PageKey | null; total: number },
  around: Around,
): ListView => {
  const { filter, key } = asked;
  const page = cutPage(found.rows, key);
  const pageLink = (pagina: string | null) => pagina && link('/cola', { ...parameters(filter), pagina });
  const ids = page.rows.map((row) => row.id).join('.');
  return {
    rows: page.rows.map((row) => presentRow(row, around)),
    pager: { older: pageLink(page.olderKey), newer: pageLink(page.newerKey) },
    empty: page.rows.length > 0 ? null : emptyOf(filter, asked),
    capped: found.capped,
    stream: link('/vivo/cola', { ...parameters(filter), filas: ids, primera: key === null ? 'si' : null }),
  };
};

/** Three different empties: nothing yet, a filter that is too narrow, all of it done. */
const emptyOf = (filter: Filter, { key, total }: { key: PageKey | null; total: number }): Empty => {
  const first = { href: link('/cola', parameters(filter)), action: 'Ver los más recientes' };
  if (key !== null) return { icon: 'cola', title: 'No hay más trámites', sentence: 'Esta página ya no tiene filas.', ...first };
  if (total === 0)
    return {
      icon: 'cola',
      title: 'Todavía no hay trámites',
      sentence: 'Aparecerán aquí cuando un ciclo reclame recursos de un organismo encendido.',
      href: '/organismos',
      action: 'Ver los organismos',
    };
  if (filter.search !== null || filter.site !== null)
    return {
      icon: 'buscar',
      title: 'Nada coincide con el filtro',
      sentence: filterSentence(filter),
      href: '/cola',
      action: 'Quitar el filtro',
    };
  return {
    icon: 'hecho',
    title: `Ningún trámite en «${tabWords[filter.status ?? 'pending']}»`,
    sentence: 'Ahora mismo no hay ninguno en este estado.',
  };
};

const filterSentence = ({ search, site, status }: Filter): string =>
  [
    search === null ? '' : `Se ha buscado «${search}» como expediente o idRecurso, o como su comienzo.`,
    site === null ? '' : `Solo organismo ${site}.`,
    status === null ? '' : `Solo ${tabWords[status].toLowerCase()}.`,
  ]
    .filter(Boolean)
    .join(' ');
