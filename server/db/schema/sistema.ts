import { check, index, integer, sql, sqliteTable, text } from '../drizzle.ts';
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

/** One row, id 1: somebody has paused the house, and why. */
export const mantenimiento = sqliteTable('mantenimiento', {
  id: integer('id').primaryKey(),
  activo: integer('activo').notNull().default(0),
  motivo: text('motivo'),
  usuario: text('usuario'),
  desde: instant('desde'),
});

/** Cycles somebody has stopped by themselves; those that are not here run. */
export const ciclosPausados = sqliteTable('ciclos_pausados', {
  ciclo: text('ciclo').primaryKey(),
  motivo: text('motivo').notNull().default(''),
  usuario: text('usuario'),
  desde: instant('desde').notNull().default(nowUtc),
});

/** Every start of the house and how it ended; one without an end died. */
export const arranques = sqliteTable('arranques', {
  arranqueId: integer('arranque_id').primaryKey({ autoIncrement: true }),
  at: instant('at').notNull().default(nowUtc),
  version: text('version').notNull(),
  pid: integer('pid').notNull(),
  terminadoAt: instant('terminado_at'),
  /** Spanish: what ended it. */
  motivo: text('motivo'),
});

/** Copies of the database, those that failed too. */
export const copias = sqliteTable(
  'copias',
  {
    copiaId: integer('copia_id').primaryKey({ autoIncrement: true }),
    /** Within the folder of the copies. */
    archivo: text('archivo'),
    motivo: text('motivo').notNull(),
    empezadaAt: instant('empezada_at').notNull().default(nowUtc),
    terminadaAt: instant('terminada_at'),
    bytes: integer('bytes'),
    /** 1 = it was opened and found whole. */
    verificada: integer('verificada').notNull().default(0),
    error: text('error'),
    borradaAt: instant('borrada_at'),
  },
  (t) => [check('copia_motivo', sql`${t.motivo} IN ('periodica', 'a_mano', 'migracion')`)],
);

/** What retention took away, table by table. */
export const limpiezas = sqliteTable(
  'limpiezas',
  {
    limpiezaId: integer('limpieza_id').primaryKey({ autoIncrement: true }),
    at: instant('at').notNull().default(nowUtc),
    que: text('que').notNull(),
    /** Rows, or files. */
    cuantos: integer('cuantos').notNull(),
    bytes: integer('bytes'),
    /** Nothing older is left. */
    anteriorA: instant('anterior_a').notNull(),
  },
  (t) => [index('limpiezas_by_que').on(t.que, t.limpiezaId)],
);
