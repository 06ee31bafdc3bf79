import type { Db } from '#server/db/open.ts';
import type { Candidate } from '#server/gateways/origen/origen.ts';
import type { Organismo, Refusal } from '#server/organismos/rules.ts';

/** A recurso that was turned down, and why. */
export type Discard = { readonly row: Candidate; readonly reason: Refusal };

/** Keeps each once per recurso, organismo and version of its rules; what is kept already costs no write. */
export const keepDiscards = async (db: Db, at: string, { siteId, ruleVersion }: Organismo, discards: readonly Discard[]): Promise<void> => {
  const kept = new Set(keptOf(db, siteId, ruleVersion, discards));
  const fresh = discards.filter(({ row }) => !kept.has(resourceId(row)));
  if (fresh.length === 0) return;
  await db.write(() => {
    const insert = db.sql(
      `INSERT INTO discards (resource_id, site_id, rule_version, reason, expediente, at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    for (const { row, reason } of fresh) insert.run(resourceId(row), siteId, ruleVersion, reason, row.expediente.slice(0, longest), at);
  });
};

/** Nobody reads more of an expediente than this to see what is wrong with it. */
const longest = 200;

/** Without a usable idRecurso, whatever stands in its place. */
const resourceId = (row: Candidate): string => row.id ?? row.idShown.slice(0, longest);

const keptOf = (db: Db, siteId: string, ruleVersion: string, discards: readonly Discard[]): string[] =>
  db
    .sql(
      `SELECT resource_id FROM discards
       WHERE resource_id IN (SELECT value FROM json_each(?)) AND site_id = ? AND rule_version = ?`,
    )
    .all(JSON.stringify(discards.map(({ row }) => resourceId(row))), siteId, ruleVersion)
    .map((row) => row.resource_id as string);
