import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { instant, nowUtc } from './columns.ts';

/** The states in which an ejecución holds its equipo and its trámite (A360's words; SAM.md 1). */
const active = sql.raw(`('PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'RUN_PAUSED')`);

/**
 * One attempt of one robot on one equipo. The main thread opens and closes it; the worker thread only advances `fase`
 * (preparing → ready → submitting → submitted), each with one guarded statement.
 */
export const ejecuciones = sqliteTable(
  'ejecuciones',
  {
    ejecucionId: text('ejecucion_id').primaryKey(),
    deploymentId: text('deployment_id').unique(),
    robotId: text('robot_id').notNull(),
    equipoId: text('equipo_id'),
    userId: text('user_id'),
    estado: text('estado').notNull(),
    fase: text('fase'),
    fechaInicio: instant('fecha_inicio').notNull().default(nowUtc),
    fechaInicioReal: instant('fecha_inicio_real'),
    fechaFin: instant('fecha_fin'),
    origen: text('origen'),
    tramiteId: integer('tramite_id'),
    intento: integer('intento'),
    programacionId: text('programacion_id'),
    fechaTeorica: instant('fecha_teorica'),
    /** Names of the steps this attempt will walk, in order (JSON array): "Paso 4 de 9". */
    plannedSteps: text('planned_steps'),
    /** Fingerprint of what the robot was given: form values and the bytes of every paper. */
    taskDigest: text('task_digest'),
    /** What a submitted attempt brought back: {numero, fecha, recibo: {file, bytes, sha256}} (JSON). */
    result: text('result'),
    errorCode: text('error_code'),
    mensaje: text('mensaje'),
  },
  (t) => [
    check('ejecucion_fase', sql`${t.fase} IN ('preparing', 'ready', 'submitting', 'submitted')`),
    check(
      'ejecucion_estado',
      sql`${t.estado} IN ('PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'RUN_PAUSED', 'COMPLETED', 'RUN_COMPLETED', 'RUN_FAILED', 'RUN_ABORTED', 'RUN_TIMED_OUT', 'DEPLOY_FAILED', 'COMPLETED_INFERRED', 'UNKNOWN')`,
    ),
    uniqueIndex('ejecucion_one_per_equipo').on(t.equipoId).where(sql`${t.estado} IN ${active}`),
    uniqueIndex('ejecucion_one_per_tramite').on(t.tramiteId).where(sql`${t.tramiteId} IS NOT NULL AND ${t.estado} IN ${active}`),
    index('ejecuciones_by_tramite').on(t.tramiteId, t.intento),
  ],
);

/** One row per finished step, inserted by the thread that walked it. */
export const steps = sqliteTable(
  'steps',
  {
    stepId: integer('step_id').primaryKey({ autoIncrement: true }),
    ejecucionId: text('ejecucion_id').notNull(),
    tramiteId: integer('tramite_id'),
    number: integer('number').notNull(),
    name: text('name').notNull(),
    outcome: text('outcome').notNull(),
    startedAt: instant('started_at').notNull(),
    endedAt: instant('ended_at').notNull(),
    note: text('note'),
    /** File name inside the attempt's evidence folder. */
    capture: text('capture'),
    errorCode: text('error_code'),
  },
  (t) => [
    check('step_outcome', sql`${t.outcome} IN ('done', 'failed')`),
    uniqueIndex('steps_once').on(t.ejecucionId, t.number),
    index('steps_by_tramite').on(t.tramiteId, t.stepId),
  ],
);
