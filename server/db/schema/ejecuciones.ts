import { activeStates, estados, openStates, sqlList } from '#server/ejecuciones/estados.ts';
import { check, index, integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { instant, nowUtc } from './columns.ts';

/** It holds its equipo and its trámite (SAM.md 1). */
const active = sql.raw(sqlList(activeStates));

/** What the conciliador still asks for: the active ones and those A360 could not tell. */
const open = sql.raw(sqlList(openStates));

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
    /** Who told its end: callback, conciliador, inferido, manual, lanzador. */
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
    /** Raw body of the callback that told its end (JSON). */
    callbackInfo: text('callback_info'),
    /** Id of A360's own activity, the one its orders (stop) need; known once the conciliador has seen it. */
    activityId: text('activity_id'),
    /** Its failure left the occurrence open: another attempt may hold (programacion_id, equipo_id, fecha_teorica). */
    ocurrenciaLibre: integer('ocurrencia_libre').notNull().default(0),
    /** Times in a row the conciliador asked for it, was answered, and it was not there. */
    noEncontrada: integer('no_encontrada').notNull().default(0),
    /** Times in a row A360 said UNKNOWN, and the last of them. */
    vecesUnknown: integer('veces_unknown').notNull().default(0),
    ultimoUnknownAt: instant('ultimo_unknown_at'),
    /** Somebody asked A360 to stop it. */
    paradaPedidaAt: instant('parada_pedida_at'),
    actualizadaAt: instant('actualizada_at'),
  },
  (t) => [
    check('ejecucion_fase', sql`${t.fase} IN ('preparing', 'ready', 'submitting', 'submitted')`),
    check('ejecucion_estado', sql`${t.estado} IN ${sql.raw(sqlList(estados))}`),
    uniqueIndex('ejecucion_one_per_equipo').on(t.equipoId).where(sql`${t.estado} IN ${active}`),
    uniqueIndex('ejecucion_one_per_tramite').on(t.tramiteId).where(sql`${t.tramiteId} IS NOT NULL AND ${t.estado} IN ${active}`),
    // Deploys go to a user's default device: two equipos that share a user are one.
    uniqueIndex('ejecucion_one_per_user').on(t.userId).where(sql`${t.userId} IS NOT NULL AND ${t.estado} IN ${active}`),
    uniqueIndex('ejecucion_once_per_occurrence')
      .on(t.programacionId, t.equipoId, t.fechaTeorica)
      .where(sql`${t.programacionId} IS NOT NULL AND ${t.ocurrenciaLibre} = 0`),
    index('ejecuciones_open').on(t.estado, t.fechaInicio).where(sql`${t.estado} IN ${open}`),
    index('ejecuciones_by_robot').on(t.robotId, t.fechaInicio),
    index('ejecuciones_by_equipo').on(t.equipoId, t.fechaInicio),
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

/** Callbacks whose ejecución is not known (yet): the answer of a deploy may come after the run has ended. Dropped after 7 days. */
export const callbackInbox = sqliteTable(
  'callback_inbox',
  {
    inboxId: integer('inbox_id').primaryKey({ autoIncrement: true }),
    deploymentId: text('deployment_id').notNull(),
    estado: text('estado').notNull(),
    /** As it came (JSON). */
    body: text('body').notNull(),
    host: text('host'),
    recibidoAt: instant('recibido_at').notNull().default(nowUtc),
    /** When it found its ejecución. */
    aplicadoAt: instant('aplicado_at'),
  },
  (t) => [
    index('callback_inbox_waiting').on(t.deploymentId).where(sql`${t.aplicadoAt} IS NULL`),
    index('callback_inbox_by_age').on(t.recibidoAt),
  ],
);

/** One row: whether a person holds the launcher. */
export const lanzador = sqliteTable('lanzador', {
  /** Always 1. */
  id: integer('id').primaryKey(),
  retenido: integer('retenido').notNull().default(0),
  motivo: text('motivo'),
  usuario: text('usuario'),
  desde: instant('desde'),
});
