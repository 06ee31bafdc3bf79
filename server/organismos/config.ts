import type { Db } from '#server/db/open.ts';
import { type Organismo, type ParsedOrganismo, parseOrganismo } from './rules.ts';

export type InvalidOrganismo = Extract<ParsedOrganismo, { ok: false }>;

export type Organismos = {
  /** In the order in which they take a recurso: lower `prioridad`, then lower id. Also those switched off. */
  readonly valid: readonly Organismo[];
  readonly invalid: readonly InvalidOrganismo[];
};

/** All of `organismo_config`; a wrong row only disables itself. A cycle calls this once and works with the answer. */
export const readOrganismos = (db: Db): Organismos => {
  const parsed = db.sql('SELECT * FROM organismo_config ORDER BY id').all().map(parseOrganismo);
  const valid = parsed.flatMap((one) => (one.ok ? [one.organismo] : []));
  const invalid = parsed.filter((one) => !one.ok);
  return { valid: valid.sort(byTurn), invalid };
};

/** Who takes a recurso first: the lower `prioridad`, then the lower id. */
export const byTurn = (a: Organismo, b: Organismo): number => a.prioridad - b.prioridad || a.id - b.id;
