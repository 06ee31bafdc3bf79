import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { instant, nowUtc } from './columns.ts';

/** Values edited in the panel; they win over the environment. Nothing is copied here from the environment. */
export const ajustes = sqliteTable('ajustes', {
  clave: text('clave').primaryKey(),
  valor: text('valor').notNull(),
  updatedAt: instant('updated_at').notNull().default(nowUtc),
  updatedBy: text('updated_by'),
});

/** A record of every cycle of the clock. */
export const cycles = sqliteTable(
  'cycles',
  {
    cycleId: integer('cycle_id').primaryKey({ autoIncrement: true }),
    name: text('name').notNull(),
    startedAt: instant('started_at').notNull().default(nowUtc),
    endedAt: instant('ended_at'),
    outcome: text('outcome').notNull().default('running'),
    seen: integer('seen').notNull().default(0),
    matched: integer('matched').notNull().default(0),
    discarded: integer('discarded').notNull().default(0),
    claimed: integer('claimed').notNull().default(0),
    lost: integer('lost').notNull().default(0),
    /** Discards by reason (JSON object of counts). */
    reasons: text('reasons'),
    /** Milliseconds per phase (JSON object). */
    phases: text('phases'),
    errorCode: text('error_code'),
    error: text('error'),
  },
  (t) => [
    check('cycle_outcome', sql`${t.outcome} IN ('running', 'ok', 'failed', 'aborted')`),
    index('cycles_by_name').on(t.name, t.cycleId),
  ],
);

/** What one claim cycle did for one organismo. */
export const cycleOrganismos = sqliteTable(
  'cycle_organismos',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    cycleId: integer('cycle_id').notNull(),
    siteId: text('site_id').notNull(),
    seen: integer('seen').notNull().default(0),
    matched: integer('matched').notNull().default(0),
    discarded: integer('discarded').notNull().default(0),
    claimed: integer('claimed').notNull().default(0),
    lost: integer('lost').notNull().default(0),
    error: text('error'),
  },
  (t) => [index('cycle_organismos_by_cycle').on(t.cycleId), index('cycle_organismos_by_site').on(t.siteId, t.id)],
);

/** Failures nobody expected, for the errors page. */
export const errorLog = sqliteTable('error_log', {
  errorLogId: integer('error_log_id').primaryKey({ autoIncrement: true }),
  fechaHora: instant('fecha_hora').notNull().default(nowUtc),
  usuario: text('usuario'),
  origen: text('origen').notNull(),
  errorMensaje: text('error_mensaje').notNull(),
  parametros: text('parametros'),
});
