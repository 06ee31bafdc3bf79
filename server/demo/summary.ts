import type { Db } from '#server/db/open.ts';

/** What became of the recursos of one organismo. */
export type SiteSummary = {
  readonly siteId: string;
  readonly claimed: number;
  readonly completed: number;
  readonly failed: number;
  readonly needsReview: number;
  /** From the start of the run to its last closed trámite, whole seconds; 0 when none closed in it. */
  readonly seconds: number;
};

/** One row per organismo with recursos or switched on; `startedAt` = instant the run began. */
export const summarise = (db: Db, startedAt: string): SiteSummary[] =>
  db
    .sql(
      `SELECT site_id AS siteId,
         (SELECT count(*) FROM reclamaciones r WHERE r.site_id = sites.site_id AND r.state = 'claimed') AS claimed,
         (SELECT count(*) FROM tramite_queue t WHERE t.site_id = sites.site_id AND t.status = 'completed') AS completed,
         (SELECT count(*) FROM tramite_queue t WHERE t.site_id = sites.site_id AND t.status = 'failed') AS failed,
         (SELECT count(*) FROM tramite_queue t WHERE t.site_id = sites.site_id AND t.status = 'needs_review') AS needsReview,
         max(0, coalesce(CAST(round((julianday(
           (SELECT max(t.processed_at) FROM tramite_queue t WHERE t.site_id = sites.site_id)) - julianday(?)) * 86400) AS INTEGER), 0)) AS seconds
       FROM (SELECT site_id FROM organismo_config WHERE active = 1 UNION SELECT site_id FROM tramite_queue) AS sites
       ORDER BY site_id`,
    )
    .all(startedAt) as unknown as SiteSummary[];

const header = ['organismo', 'reclamados', 'completados', 'fallidos', 'en revisión', 'segundos'];

/** The table for a terminal: a header, then one line per organismo that begins with its `site_id`. */
export const table = (rows: readonly SiteSummary[]): string => {
  const cells = rows.map((row) => [row.siteId, ...[row.claimed, row.completed, row.failed, row.needsReview, row.seconds].map(String)]);
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((line) => (line[column] as string).length)));
  const draw = (line: readonly string[]) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number))).join('  ');
  return [header, ...cells].map(draw).join('\n');
};
