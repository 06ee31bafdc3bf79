import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
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
    index('tramite_take_next').on(t.siteId, t.priority, t.createdAt, t.id, t.notBefore).where(sql`${t.status} = 'pending'`),
    index('tramite_retry_at').on(t.notBefore).where(sql`${t.status} = 'pending' AND ${t.notBefore} IS NOT NULL`),
    // No index by status alone: each one more dirties pages at every change of status, and sites are few (cola/queries.ts).
    index('tramite_by_site').on(t.siteId, t.status, t.id),
    index('tramite_by_expediente').on(t.expediente),
    index('tramite_filed').on(t.siteId, t.processedAt).where(sql`${t.status} = 'completed'`),
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
