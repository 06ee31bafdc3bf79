import { check, index, integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { instant, nowUtc } from './columns.ts';

/**
 * One row per recurso ever intended, written BEFORE the source is touched, with what it will take to give it back.
 * intended → claimed | lost | foreign; claimed → released | foreign; lost → intended.
 * `released` with `closed_at` NULL is an order to give back that the source has not carried out yet.
 */
export const reclamaciones = sqliteTable(
  'reclamaciones',
  {
    resourceId: text('resource_id').primaryKey(),
    siteId: text('site_id').notNull(),
    texpOriginal: integer('texp_original'),
    estadoOriginal: integer('estado_original'),
    usuarioOriginal: text('usuario_original'),
    state: text('state').notNull(),
    /** The source row as it was judged (JSON), so that the enqueue after a crash needs no second discovery. */
    sourceRow: text('source_row'),
    /** Fingerprint of the organismo's rules that judged it. */
    ruleVersion: text('rule_version'),
    intendedAt: instant('intended_at').notNull().default(nowUtc),
    closedAt: instant('closed_at'),
  },
  (t) => [
    check('reclamacion_state', sql`${t.state} IN ('intended', 'claimed', 'lost', 'released', 'foreign')`),
    index('reclamaciones_open').on(t.siteId, t.resourceId).where(sql`${t.state} = 'intended'`),
    index('reclamaciones_to_release').on(t.resourceId).where(sql`${t.state} = 'released' AND ${t.closedAt} IS NULL`),
  ],
);

/** Recursos that met the LIKE, TExp and Estado filters and were turned down: once per recurso, organismo and rule version. */
export const discards = sqliteTable(
  'discards',
  {
    discardId: integer('discard_id').primaryKey({ autoIncrement: true }),
    resourceId: text('resource_id').notNull(),
    siteId: text('site_id').notNull(),
    ruleVersion: text('rule_version').notNull(),
    reason: text('reason').notNull(),
    expediente: text('expediente'),
    at: instant('at').notNull().default(nowUtc),
  },
  (t) => [uniqueIndex('discards_once').on(t.resourceId, t.siteId, t.ruleVersion)],
);

/** What the last reconciliation found out of step between the source and the queue; rewritten whole by each one. */
export const mismatches = sqliteTable(
  'mismatches',
  {
    resourceId: text('resource_id').primaryKey(),
    kind: text('kind').notNull(),
    siteId: text('site_id'),
    detail: text('detail'),
    at: instant('at').notNull().default(nowUtc),
  },
  (t) => [check('mismatch_kind', sql`${t.kind} IN ('unknown_here', 'foreign_there')`)],
);
