import type { Permiso } from '#server/acceso/permisos.ts';
import { type Action, allowedActions, type Status, statuses } from './transitions.ts';

/** What the list is narrowed to; as it stands in the URL (`estado`, `site`, `q`). */
export type Filter = { readonly status: Status | null; readonly site: string | null; readonly search: string | null };

/** The filter in the parameters of an address or in the fields of a form; an unknown status narrows nothing. Pure. */
export const readFilter = (text: (name: string) => string): Filter => {
  const status = text('estado');
  return {
    status: statuses.includes(status as Status) ? (status as Status) : null,
    site: text('site') || null,
    search: readable(text('q')).slice(0, 100) || null,
  };
};

/** Nobody types a control character, and a NUL ends what FTS5 reads. */
const readable = (text: string): string => text.replace(/\p{Cc}/gu, '').trim();

/** The same filter as parameters of the list's own links. Pure. */
export const parametersOf = (filter: Filter) => ({ estado: filter.status, site: filter.site, q: filter.search });

/**
 * What may be ordered of many at once, in the order of the buttons. `restaurados` says of those of a restored copy
 * that they were not filed, which of other doubts is said one by one; it has no button in the list. Whether one was filed is looked up one by one.
 */
export const bulkActions = ['aprobar', 'reintentar', 'rechazar', 'cancelar', 'devolver', 'restaurados'] as const satisfies readonly (
  | Action
  | 'restaurados'
)[];
export type BulkAction = (typeof bulkActions)[number];

/** The action by its name; null when it is none that may be ordered of many. Pure. */
export const bulkActionOf = (name: string): BulkAction | null => bulkActions.find((action) => action === name) ?? null;

/** Statuses an order may be given in. Pure. */
export const admitting = (action: Action | BulkAction): readonly Status[] => {
  const one = action === 'restaurados' ? 'resolver' : action;
  return statuses.filter((status) => allowedActions(status).includes(one));
};

/** What may be ordered of rows in that status; of any, when the list shows them all. Pure. */
export const bulkActionsIn = (status: Status | null): readonly BulkAction[] =>
  bulkActions.filter((action) => action !== 'restaurados' && (status === null || allowedActions(status).includes(action)));

/** What decides whether something is filed takes more than what only puts it off. Pure. */
export const permisoFor = (action: string): Permiso =>
  ['aprobar', 'rechazar', 'resolver', 'restaurados'].includes(action) ? 'tramites.revisar' : 'tramites.ordenar';

/** Where an order may lead back to, beside the page of its trámite: the page of those who review, wherever in it. Pure. */
export const wayBack = (vuelta: string | undefined): string | null =>
  vuelta !== undefined && /^\/revision(\?(confirmar|dudosos)=(antes|despues)-\d{1,15})?(#[a-z]+(-\d{1,15})?)?$/.test(vuelta)
    ? vuelta
    : null;
