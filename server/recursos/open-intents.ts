import type { Deps } from '#server/deps.ts';
import type { Holding, SourceRow } from '#server/gateways/origen/origen.ts';
import type { Intent, Prepared } from './intents.ts';

const pageSize = 250;

/** An intent that was found open, and when it was written down. */
export type OpenIntent = Intent & { readonly intendedAt: string };

/** Open intents with what was prepared for them, those after `last` in their order; empty when no other is open. */
export const openIntents = async (deps: Deps, last?: OpenIntent): Promise<OpenIntent[]> => {
  const rows = deps.db
    .sql(
      `SELECT * FROM reclamaciones WHERE state = 'intended' AND (site_id, resource_id) > (?, ?)
       ORDER BY site_id, resource_id LIMIT +?`,
    )
    .all(last?.siteId ?? '', last?.resourceId ?? '', pageSize) as unknown as OpenRow[];
  return Promise.all(rows.map((row) => readIntent(deps, row)));
};

type OpenRow = {
  readonly resource_id: string;
  readonly site_id: string;
  readonly texp_original: number | null;
  readonly source_row: string | null;
  readonly rule_version: string | null;
  readonly intended_at: string;
};

const readIntent = async (deps: Deps, row: OpenRow): Promise<OpenIntent> => ({
  ...(readPrepared(row.source_row) ?? (await prepareAgain(deps, row))),
  resourceId: row.resource_id,
  siteId: row.site_id,
  ruleVersion: row.rule_version,
  intendedAt: row.intended_at,
});

const readPrepared = (json: string | null): Prepared | null => {
  try {
    const prepared = JSON.parse(json ?? '') as Partial<Prepared> | null;
    return prepared?.row?.fields && Array.isArray(prepared.attachments) ? (prepared as Prepared) : null;
  } catch {
    return null;
  }
};

/** Somebody spoilt the row: a claimed recurso must reach the queue all the same, with what the source still tells. */
const prepareAgain = async ({ origen }: Deps, { resource_id: id, texp_original: texp }: OpenRow): Promise<Prepared> => {
  const row = (await origen.rows([id])).get(id) ?? bareRow(id, (await origen.read([id])).get(id));
  const attachments = (await origen.attachments([id])).get(id) ?? [];
  return { row: { ...row, texp }, attachments, urlDirecta: null, priority: 100 };
};

const bareRow = (id: string, holding: Holding | undefined): SourceRow => ({
  id,
  idShown: id,
  expediente: holding?.expediente ?? '',
  expedientePadded: false,
  organisme: '',
  texp: null,
  estado: holding?.estado ?? null,
  usuario: holding?.usuario ?? '',
  usuarioRaw: holding?.usuario ?? null,
  fields: {},
});
