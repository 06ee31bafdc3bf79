import { check, index, integer, primaryKey, sql, sqliteTable, text } from '../drizzle.ts';
import { instant, nowUtc } from './columns.ts';

/** The queue of trámites: the filing of one recurso each. `resource_id` is unique across ALL statuses: nothing is filed twice. */
export const tramiteQueue = sqliteTable(
  'tramite_queue',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    siteId: text('site_id').notNull(),
    resourceId: text('resource_id').notNull().unique(),
    expediente: text('expediente'),
    protocol: text('protocol'),
    payload: text('payload'),
    urlDirecta: text('url_directa'),
    status: text('status').notNull().default('pending'),
    /** Attempts begun, ever. */
    attempts: integer('attempts').notNull().default(0),
    /** Transient failures since a person last ordered a retry; the backoff and its limit count these. */
    transientFailures: integer('transient_failures').notNull().default(0),
    screenshotPath: text('screenshot_path'),
    errorCode: text('error_code'),
    errorLog: text('error_log'),
    result: text('result'),
    /** Lower is taken first. */
    priority: integer('priority').notNull().default(100),
    notBefore: instant('not_before'),
    approvedAt: instant('approved_at'),
    approvedBy: text('approved_by'),
    /** `ejecuciones.task_digest` of the attempt whose screen the person approved: only that may be sent. */
    approvedDigest: text('approved_digest'),
    ruleVersion: text('rule_version'),
    createdAt: instant('created_at').notNull().default(nowUtc),
    processedAt: instant('processed_at'),
  },
  (t) => [
    check(
      'tramite_status',
      sql`${t.status} IN ('pending', 'processing', 'awaiting_confirmation', 'completed', 'failed', 'needs_review', 'cancelled')`,
    ),
    // `not_before` closes it, so that rows waiting for their hour are passed over without being read.
    // Those at work stand among them, so that a take changes its entry in place and does not write another page (cola/in-status.ts).
    index('tramite_take_next')
      .on(t.siteId, t.priority, t.createdAt, t.id, t.notBefore, t.status)
      .where(sql`${t.status} IN ('pending', 'processing')`),
    index('tramite_retry_at').on(t.notBefore).where(sql`${t.status} = 'pending' AND ${t.notBefore} IS NOT NULL`),
    // No index by status alone: each one more dirties pages at every change of status, and sites are few (cola/queries.ts).
    index('tramite_by_site').on(t.siteId, t.status, t.id).where(sql`${t.status} <> 'processing'`),
    index('tramite_by_expediente').on(t.expediente),
    index('tramite_filed').on(t.siteId, t.processedAt).where(sql`${t.status} = 'completed'`),
    index('tramite_given_up').on(t.siteId, t.status, t.processedAt).where(sql`${t.status} IN ('failed', 'cancelled')`),
  ],
);

/** Rows per organismo and status, kept by triggers on `tramite_queue`: counting a million rows for a tab would cost the page. */
export const queueCounts = sqliteTable(
  'queue_counts',
  {
    siteId: text('site_id').notNull(),
    status: text('status').notNull(),
    n: integer('n').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.status] })],
);

/** How far the search index (`tramite_search`, FTS5) has come; cola/search-index.ts fills it behind the writers' backs. */
export const searchProgress = sqliteTable('search_progress', {
  /** Always 1. */
  id: integer('id').primaryKey(),
  /** Rows of `tramite_queue` up to this id are in the index. */
  tramiteId: integer('tramite_id').notNull().default(0),
  /** Register numbers told by events up to this one are in the index. */
  eventId: integer('event_id').notNull().default(0),
});

/** One order for many trámites, carried out in the background, one after another, each with its own rules. */
export const lotes = sqliteTable(
  'lotes',
  {
    loteId: integer('lote_id').primaryKey({ autoIncrement: true }),
    accion: text('accion').notNull(),
    motivo: text('motivo'),
    /** Ids of the trámites (JSON array), as counted when the person confirmed. */
    ids: text('ids').notNull(),
    /** What the person had chosen, in Spanish. */
    descripcion: text('descripcion').notNull().default(''),
    total: integer('total').notNull(),
    done: integer('done').notNull().default(0),
    refused: integer('refused').notNull().default(0),
    /** The first refusals (JSON array of { id, motivo }). */
    refusals: text('refusals'),
    state: text('state').notNull().default('running'),
    usuario: text('usuario').notNull(),
    host: text('host'),
    createdAt: instant('created_at').notNull().default(nowUtc),
    endedAt: instant('ended_at'),
  },
  (t) => [check('lote_state', sql`${t.state} IN ('running', 'done', 'interrupted')`)],
);
