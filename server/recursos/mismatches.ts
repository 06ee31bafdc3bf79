import { inStatus } from '#server/cola/in-status.ts';
import type { Status } from '#server/cola/transitions.ts';
import type { Deps } from '#server/deps.ts';
import { type Holding, holderOf } from '#server/gateways/origen/origen.ts';
import { isoNow } from '#server/lib/clock.ts';

type Mismatch = {
  readonly id: string;
  readonly siteId: string | null;
  readonly kind: 'unknown_here' | 'foreign_there';
  readonly detail: string;
};

/**
 * Lists what is ours at the source and unknown here, and the reverse, in place of what the last time listed; nothing is
 * repaired without a person. Reads both sides page by page. Answers how many there are.
 * @throws OrigenError
 */
export const findMismatches = async (deps: Deps): Promise<number> => {
  const at = isoNow(deps.clock);
  let found = 0;
  for await (const holdings of deps.origen.heldBy(deps.config.BOT_USER)) found += await keep(deps, at, unknownHere(deps, holdings));
  for await (const page of unfinished(deps)) found += await keep(deps, at, await foreignThere(deps, page));
  await forgetOthers(deps, at);
  return found;
};

/** Held in our name, with neither an open or standing reclamación nor a row in the queue. */
const unknownHere = ({ db }: Deps, holdings: readonly Holding[]): Mismatch[] => {
  const known = db
    .sql(
      `SELECT j.value AS id FROM json_each(?) j LEFT JOIN reclamaciones r ON r.resource_id = j.value
        WHERE CASE WHEN r.resource_id IS NULL THEN EXISTS (SELECT 1 FROM tramite_queue t WHERE t.resource_id = j.value)
                   ELSE r.state IN ('intended', 'claimed') OR (r.state = 'released' AND r.closed_at IS NULL) END`,
    )
    .all(JSON.stringify(holdings.map(({ id }) => id)));
  const ids = new Set(known.map((row) => row.id as string));
  return holdings
    .filter(({ id }) => !ids.has(id))
    .map(({ id, expediente }) => ({ id, siteId: null, kind: 'unknown_here', detail: expediente && `Expediente ${expediente}.` }));
};

type Unfinished = { readonly id: number; readonly resource_id: string; readonly site_id: string };

const pageSize = 250;

/** Only these can still be filed: finished ones are history, and there may be a million of them. */
const unfinishedGroups = `
  SELECT site_id, status FROM queue_counts
   WHERE status IN ('pending', 'processing', 'awaiting_confirmation', 'needs_review') AND n > 0`;

/** Walks the index over site, status and id; CROSS JOIN keeps SQLite from beginning at the other end. */
const unfinishedPage = (status: Status) => `
  SELECT t.id, t.resource_id, t.site_id FROM (SELECT id, resource_id, site_id FROM ${inStatus(status)}) t
   CROSS JOIN reclamaciones r ON r.resource_id = t.resource_id
   WHERE t.site_id = ? AND t.id > ? AND r.state = 'claimed' ORDER BY t.id LIMIT +?`;

async function* unfinished({ db }: Deps): AsyncGenerator<readonly Unfinished[]> {
  for (const group of db.sql(unfinishedGroups).all()) {
    for (let after = 0; ; ) {
      const page = db.sql(unfinishedPage(group.status as Status)).all(group.site_id, after, pageSize) as unknown as Unfinished[];
      if (page.length > 0) yield page;
      if (page.length < pageSize) break;
      after = page.at(-1)?.id as number;
    }
  }
}

const foreignThere = async (deps: Deps, page: readonly Unfinished[]): Promise<Mismatch[]> => {
  const holdings = await deps.origen.read(page.map((row) => row.resource_id));
  return page.flatMap((row) => {
    const holding = holdings.get(row.resource_id);
    if (holderOf(holding, deps.config.BOT_USER) === 'ours') return [];
    return [{ id: row.resource_id, siteId: row.site_id, kind: 'foreign_there' as const, detail: whoHas(holding) }];
  });
};

const whoHas = (holding: Holding | undefined): string => {
  if (!holding) return 'Ya no está en el origen.';
  const shown = (value: number | null) => value ?? 'NULL';
  return `En el origen: TExp ${shown(holding.texp)}, Estado ${shown(holding.estado)}, asignado a ${holding.usuario ? `«${holding.usuario}»` : 'nadie'}.`;
};

const keep = async ({ db }: Deps, at: string, mismatches: readonly Mismatch[]): Promise<number> => {
  if (mismatches.length === 0) return 0;
  await db.write(() => {
    const upsert = db.sql(
      `INSERT INTO mismatches (resource_id, kind, site_id, detail, at) VALUES (@id, @kind, @siteId, @detail, @at)
       ON CONFLICT (resource_id) DO UPDATE SET kind = @kind, site_id = @siteId, detail = @detail, at = @at`,
    );
    for (const mismatch of mismatches) upsert.run({ ...mismatch, at });
  });
  return mismatches.length;
};

const forgetOthers = async ({ db }: Deps, at: string): Promise<void> => {
  if (!db.sql('SELECT 1 FROM mismatches WHERE at <> ? LIMIT 1').get(at)) return;
  await db.write(() => db.sql('DELETE FROM mismatches WHERE at <> ?').run(at));
};
