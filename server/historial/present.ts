import {
  beyondRow,
  countEnded,
  countedUpTo,
  type EndKey,
  endKeyText,
  type FinishedFilter,
  type FinishedStatus,
  findFinished,
  finishedStatuses,
} from '#server/cola/finished.ts';
import { countByStatus, extremes, type ListedTramite, sitesInQueue } from '#server/cola/queries.ts';
import { statusWords } from '#server/cola/transitions.ts';
import { fechaOf, numberOf, stateTag, tabWords } from '#server/cola/words.ts';
import type { Format } from '#server/lib/format.ts';
import { pageSize } from '#server/lib/page.ts';
import { type Empty, link } from '#server/lib/tag.ts';
import { lastWeeks, type Week, weekDays, weekRange } from '#server/lib/weeks.ts';
import type { Web } from '#server/web.ts';

/** The filter as it stands in the URL (`estado`, `site`, `semana`). */
export type Asked = FinishedFilter & { readonly week: Week | null };

const parameters = ({ status, site, week }: Pick<Asked, 'status' | 'site' | 'week'>) => ({
  estado: status === 'completed' ? null : status,
  site,
  semana: week,
});
const hrefOf = (asked: Pick<Asked, 'status' | 'site' | 'week'>, more: Record<string, string | null> = {}): string =>
  link('/historial', { ...parameters(asked), ...more });

/** Everything the page shows. */
export const presentHistory = (web: Web, asked: Asked, key: EndKey | null) => {
  const { deps, format } = web;
  const sites = sitesInQueue(deps.db);
  const list = presentList(web, asked, key);
  return {
    title: 'Historial',
    asked,
    sites,
    weekChoices: weekChoices(web, asked.week),
    chips: chipsOf(asked),
    tabs: finishedStatuses.map((status) => presentTab(web, sites, { ...asked, status }, status === asked.status)),
    weeks: presentWeeks(web, asked, sites),
    list: { ...list, empty: list.rows.length > 0 ? null : emptyOf(web, asked, key) },
    csv: link('/historial/exportar', parameters(asked)),
    plural: pluralOf(asked.status),
    format,
  };
};

const pluralOf = (status: FinishedStatus): string => tabWords[status].toLowerCase();

const counted = (n: number, format: Format): string => (n > countedUpTo ? `más de ${format.number(countedUpTo)}` : format.number(n));

const presentTab = ({ deps, format }: Web, sites: readonly string[], asked: Asked, current: boolean) => {
  const { status, site, range } = asked;
  const among = site === null ? sites : [site];
  const n = range ? among.reduce((sum, one) => sum + countEnded(deps.db, status, one, range), 0) : countByStatus(deps.db, site)[status];
  return { word: tabWords[status], href: hrefOf(asked), count: range ? counted(n, format) : format.number(n), current };
};

/** Removable parts of the filter. */
const chipsOf = (asked: Asked) => [
  ...(asked.site === null ? [] : [{ word: `organismo ${asked.site}`, href: hrefOf({ ...asked, site: null }) }]),
  ...(asked.week === null ? [] : [{ word: weekWord(asked.week), href: hrefOf({ ...asked, week: null }) }]),
];

/** «semana 48 de 2026 (23/11 – 29/11)» */
const weekWord = (week: Week): string => `semana ${Number(week.slice(6))} de ${week.slice(0, 4)} (${weekDays(week)})`;

const offeredWeeks = 26;

const weekChoices = ({ deps }: Web, chosen: Week | null) => {
  const last = lastWeeks(deps.clock.now(), deps.config.TZ_NEGOCIO, offeredWeeks);
  const weeks = chosen === null || last.includes(chosen) ? last : [...last, chosen];
  return weeks.map((week) => ({ week, word: weekWord(week) }));
};

const shownWeeks = 8;

/** Weeks by organismo; each number leads to the list that proves it. */
const presentWeeks = ({ deps, format }: Web, asked: Asked, all: readonly string[]) => {
  const { status } = asked;
  const zone = deps.config.TZ_NEGOCIO;
  const sites = asked.site === null ? all : [asked.site];
  const rows = lastWeeks(deps.clock.now(), zone, shownWeeks).map((week) => {
    const range = weekRange(week, zone) as { from: string; to: string };
    const counts = sites.map((site) => countEnded(deps.db, status, site, range));
    const cell = (n: number, site: string | null) => ({ n, text: counted(n, format), href: hrefOf({ status, site, week }) });
    const total = counts.reduce((sum, n) => sum + n, 0);
    return {
      ...{ week, word: `Semana ${Number(week.slice(6))}`, days: weekDays(week), current: week === asked.week },
      cells: counts.map((n, index) => cell(n, sites[index] as string)),
      total: cell(total, asked.site),
    };
  });
  return { sites, rows, some: rows.some((row) => row.total.n > 0) };
};

const presentRow = (row: ListedTramite, format: Format) => ({
  id: row.id,
  expediente: row.expediente || '(sin expediente)',
  resourceId: row.resource_id,
  site: row.site_id,
  state: stateTag(row.status),
  note: row.status === 'completed' ? (numberOf(row.result) ?? 'sin número') : (row.error_log ?? row.error_code ?? ''),
  attempts: row.attempts,
  ended: format.instant(row.processed_at),
});

const presentList = ({ deps, format }: Web, asked: Asked, key: EndKey | null) => {
  const found = findFinished(deps.db, asked, key, pageSize + 1);
  const older = key?.older ?? true;
  const more = found.length > pageSize;
  const kept = found.slice(0, pageSize);
  const rows = older ? kept : kept.reverse();
  const [first, last] = [rows[0], rows.at(-1)];
  const pageLink = (there: boolean, text: string | undefined) => (there && text ? hrefOf(asked, { pagina: text }) : null);
  return {
    rows: rows.map((row) => presentRow(row, format)),
    pager: {
      older: pageLink(older ? more : true, last && endKeyText(beyondRow(true, last))),
      newer: pageLink(older ? key !== null : more, first && endKeyText(beyondRow(false, first))),
    },
  };
};

/** Nothing yet, a filter that is too narrow, or nothing wrong at all. */
const emptyOf = (web: Web, asked: Asked, key: EndKey | null): Empty => {
  const words = pluralOf(asked.status);
  if (key !== null)
    return {
      ...{ icon: 'documento', title: 'No hay más', sentence: 'Esta página ya no tiene filas.' },
      ...{ href: hrefOf(asked), action: 'Ver los más recientes' },
    };
  if (asked.site !== null || asked.week !== null)
    return {
      ...{ icon: 'buscar', title: `Ninguno entre los ${words} coincide con el filtro` },
      sentence: `Se ha mirado ${chipsOf(asked)
        .map((chip) => chip.word)
        .join(' y ')}.`,
      ...{ href: hrefOf({ ...asked, site: null, week: null }), action: 'Quitar el filtro' },
    };
  if (asked.status !== 'completed') return { icon: 'hecho', title: `Ningún trámite entre los ${words}`, sentence: lastFiledSentence(web) };
  return {
    ...{ icon: 'documento', title: 'Todavía no se ha presentado nada' },
    ...{ sentence: 'Aquí quedará cada recurso presentado, con su número de registro.', href: '/cola', action: 'Ver la cola' },
  };
};

const lastFiledSentence = ({ deps, format }: Web): string => {
  const last = sitesInQueue(deps.db)
    .map((site) => extremes(deps.db, site).lastFiled ?? '')
    .sort()
    .at(-1);
  return last ? `Lo último se presentó el ${format.instant(last).text}.` : 'Tampoco se ha presentado nada todavía.';
};

export const csvHeader = [
  ...['Expediente', 'idRecurso', 'Organismo', 'Estado', 'Intentos', 'En cola desde', 'Terminado'],
  ...['Número de registro', 'Fecha de registro', 'Código', 'Motivo'],
];

export const csvRow = (row: ListedTramite, format: Format): unknown[] => [
  ...[row.expediente, row.resource_id, row.site_id, statusWords[row.status], row.attempts],
  ...[format.instant(row.created_at).text, format.instant(row.processed_at)?.text],
  ...[numberOf(row.result), fechaOf(row.result), row.error_code, row.error_log],
];
