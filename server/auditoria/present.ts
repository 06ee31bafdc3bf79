import type { Permiso } from '#server/acceso/permisos.ts';
import { type Status, statusWords } from '#server/cola/transitions.ts';
import { columnWords } from '#server/historial/sentences.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import type { Page, PageKey } from '#server/lib/page.ts';
import { type Empty, link, type Pager } from '#server/lib/tag.ts';
import type { AuditFilter, AuditRow } from './queries.ts';
import { actionWords, entityWords, wordOf } from './words.ts';

/** One value that changed; '' where there was none. */
export type Change = { readonly name: string; readonly before: string; readonly after: string };

export type EntryView = {
  readonly id: number;
  readonly at: Instant;
  readonly usuario: string;
  readonly byUsuario: string;
  readonly action: string;
  readonly thing: string;
  /** '' when there is no page of it, or not for whoever reads. */
  readonly href: string;
  readonly changes: readonly Change[];
  readonly motivo: string;
  readonly host: string;
};

type Can = (permiso: Permiso) => boolean;

export const presentEntry = (row: AuditRow, format: Format, can: Can): EntryView => ({
  id: row.id,
  at: format.instant(row.fecha),
  usuario: row.usuario,
  byUsuario: link('/auditoria', { usuario: row.usuario }),
  action: wordOf(actionWords, row.accion),
  thing: row.entidad_id === null ? '' : `${wordOf(entityWords, row.entidad)} ${row.entidad_id}`,
  href: hrefOf(row, can),
  // What has a column of its own is not said twice.
  changes: changesOf(read(row.antes), read(row.despues)).filter(({ name, after }) => name !== 'motivo' || after !== row.motivo),
  motivo: row.motivo ?? '',
  host: row.host ?? '',
});

/** Things whose page is at their plural. */
const own = new Set(['organismo', 'robot', 'equipo', 'pool']);

const hrefOf = ({ entidad, entidad_id: id }: AuditRow, can: Can): string => {
  if (id === null) return '';
  if (entidad === 'tramite') return `/cola/${encodeURIComponent(id)}`;
  if (entidad === 'recurso') return link('/cola', { q: id });
  if (own.has(entidad)) return `/${entidad}s/${encodeURIComponent(id)}`;
  return entidad === 'usuario' && can('usuarios.gestionar') ? `/usuarios#usuario-${encodeURIComponent(id)}` : '';
};

/** What another program left there may not be JSON: then it is shown as it is. */
const read = (json: string | null): unknown => {
  try {
    return json === null ? undefined : JSON.parse(json);
  } catch {
    return json;
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Before and after, side by side: only what is not the same; a value alone has no name. Pure. */
export const changesOf = (before: unknown, after: unknown): Change[] => {
  const [one, other] = [named(before), named(after)];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.map((name) => changeOf(name, one[name], other[name])).filter((change) => change.before !== change.after);
};

const named = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : value === undefined ? {} : { '': value });

/** Flags are 0 and 1 in the tables, and true and false where somebody has read them. */
const changeOf = (name: string, before: unknown, after: unknown): Change => {
  const isFlag = typeof before === 'boolean' || typeof after === 'boolean' || flags.has(name);
  const say = (value: unknown) => said(isFlag && (value === 0 || value === 1) ? value === 1 : value, name);
  return { name: fieldWords[name] ?? columnWords[name] ?? name.replaceAll('_', ' '), before: say(before), after: say(after) };
};

const flags = new Set(['active', 'activo', 'solo_sin_asignar', 'es_online', 'activo_sam', 'permite_balanceo_dinamico']);

const fieldWords: Readonly<Record<string, string>> = {
  status: 'estado',
  con_clave: 'con contraseña',
  sesiones_terminadas: 'sesiones terminadas',
};

const longest = 300;

const said = (value: unknown, name: string): string => {
  if (value === undefined) return '';
  if (value === null || value === '') return 'nada';
  if (typeof value === 'boolean') return value ? 'sí' : 'no';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (name === 'status' && Object.hasOwn(statusWords, text)) return statusWords[text as Status];
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
};

const addressOf = (filter: AuditFilter, pagina?: string | null): string => link('/auditoria', { ...filter, pagina });

const chipsOf = (filter: AuditFilter) =>
  [
    { label: 'Quién', value: filter.usuario, href: addressOf({ ...filter, usuario: null }) },
    { label: 'Qué hizo', value: filter.accion && wordOf(actionWords, filter.accion), href: addressOf({ ...filter, accion: null }) },
    {
      label: 'Con qué',
      value: filter.entidad && wordOf(entityWords, filter.entidad),
      href: addressOf({ ...filter, entidad: null, id: null }),
    },
    { label: 'Cuál', value: filter.id, href: addressOf({ ...filter, id: null }) },
  ].filter((chip) => chip.value !== null);

const emptyOf = (filter: AuditFilter, goesOn: boolean): Empty => {
  if (chipsOf(filter).length === 0)
    return {
      icon: 'auditoria',
      title: 'Todavía no hay nada',
      sentence: 'Aquí queda cada orden que da una persona, con su antes y su después.',
    };
  const clear = { href: '/auditoria', action: 'Quitar los filtros' };
  if (goesOn)
    return {
      icon: 'buscar',
      title: 'Nada en estas anotaciones',
      sentence: 'Se sigue buscando en las más antiguas con el botón de abajo.',
      ...clear,
    };
  return { icon: 'buscar', title: 'Nada con estos filtros', sentence: 'Pruebe con menos.', ...clear };
};

export type AuditPage = { readonly filter: AuditFilter; readonly key: PageKey | null; readonly can: Can };

export const presentAudit = (found: Page<AuditRow>, { filter, can }: AuditPage, format: Format) => {
  const pager: Pager = {
    older: found.olderKey && addressOf(filter, found.olderKey),
    newer: found.newerKey && addressOf(filter, found.newerKey),
  };
  return {
    title: 'Auditoría',
    rows: found.rows.map((row) => presentEntry(row, format, can)),
    filter: { usuario: filter.usuario ?? '', entidad: filter.entidad ?? '', id: filter.id ?? '', accion: filter.accion ?? '' },
    actions: choices(actionWords, filter.accion),
    entities: choices(entityWords, filter.entidad),
    chips: chipsOf(filter),
    empty: emptyOf(filter, found.olderKey !== null),
    pager,
  };
};

/** The known words, in Spanish order; one that is not known stays chosen. */
const choices = (words: Readonly<Record<string, string>>, chosen: string | null) =>
  [...new Set([...Object.keys(words), ...(chosen === null ? [] : [chosen])])]
    .map((name) => ({ name, word: wordOf(words, name), chosen: name === chosen }))
    .sort((a, b) => a.word.localeCompare(b.word, 'es'));
