import { countMatching, idsUnder } from '#server/cola/queries.ts';
import { onlyRestored } from '#server/cola/restored.ts';
import { admitting, type BulkAction, type Filter } from '#server/cola/rules.ts';
import { searchLimit } from '#server/cola/search.ts';
import { type Status, statuses } from '#server/cola/transitions.ts';
import type { Db } from '#server/db/open.ts';
import { idsLeft } from './queries.ts';
import { type ByStatus, mostIds } from './rules.ts';

/**
 * What a person points at: some rows, all that match a filter, what an interrupted order left, or nothing that may be
 * ordered, with the sentence that says so and the list it was said over.
 */
export type Pointed =
  | { readonly kind: 'ids'; readonly ids: readonly number[] }
  | { readonly kind: 'all'; readonly filter: Filter }
  | { readonly kind: 'left'; readonly lote: number }
  | { readonly kind: 'none'; readonly why: string; readonly filter: Filter };

/** What an order will be given for. */
export type Choice = {
  /** Those that admit the order by their status, the oldest first. */
  readonly ids: readonly number[];
  readonly leftOut: ByStatus;
  /** The one organismo they all belong to. */
  readonly site: string | null;
  /** More of them match than one order takes. */
  readonly beyond: number;
};

/** Looks up what is pointed at, as it stands now. */
export const choose = (db: Db, accion: BulkAction, pointed: Pointed): Choice => {
  const choice = pointed.kind === 'all' ? chooseAll(db, accion, pointed.filter) : chooseSome(db, accion, pointedIds(db, pointed));
  return accion === 'restaurados' ? ofRestored(db, choice) : choice;
};

/** Of those in doubt, only the ones of a restored copy are answered together. */
const ofRestored = (db: Db, choice: Choice): Choice => {
  const restored = onlyRestored(db, choice.ids);
  return { ...choice, ids: choice.ids.filter((id) => restored.has(id)) };
};

const pointedIds = (db: Db, pointed: Exclude<Pointed, { kind: 'all' }>): readonly number[] => {
  if (pointed.kind === 'none') return [];
  return pointed.kind === 'ids' ? pointed.ids : idsLeft(db, pointed.lote);
};

export const standingSql = 'SELECT id, status, site_id AS site FROM tramite_queue WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id';

const chooseSome = (db: Db, accion: BulkAction, ids: readonly number[]): Choice => {
  const rows = db.sql(standingSql).all(JSON.stringify(ids)) as { id: number; status: Status; site: string }[];
  const allowed = new Set(admitting(accion));
  const leftOut: Partial<Record<Status, number>> = {};
  for (const { status } of rows) if (!allowed.has(status)) leftOut[status] = (leftOut[status] ?? 0) + 1;
  const chosen = rows.filter((row) => allowed.has(row.status));
  const sites = new Set(chosen.map((row) => row.site));
  const [site = null] = sites;
  return {
    ids: chosen.slice(0, mostIds).map((row) => row.id),
    leftOut,
    site: sites.size === 1 ? site : null,
    beyond: Math.max(0, chosen.length - mostIds),
  };
};

const chooseAll = (db: Db, accion: BulkAction, filter: Filter): Choice => {
  const ids: number[] = [];
  const leftOut: Partial<Record<Status, number>> = {};
  let matching = 0;
  for (const status of filter.status === null ? statuses : [filter.status]) {
    const narrowed = { ...filter, status };
    const n = countMatching(db, narrowed);
    if (!admitting(accion).includes(status)) {
      leftOut[status] = n;
      continue;
    }
    matching += n;
    ids.push(...idsUnder(db, narrowed, filter.search === null ? mostIds : searchLimit));
  }
  const chosen = ids.sort((a, b) => a - b).slice(0, mostIds);
  return { ids: chosen, leftOut, site: filter.site, beyond: Math.max(0, matching - chosen.length) };
};
