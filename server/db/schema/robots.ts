import { check, index, integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { instant, newId, nowUtc } from './columns.ts';

/** The catalogue of robots, both kinds. Operators may UPDATE the operator columns from any SQLite client. */
export const robots = sqliteTable(
  'robots',
  {
    robotId: text('robot_id').primaryKey(),
    robot: text('robot').notNull(),
    descripcion: text('descripcion').notNull().default(''),
    kind: text('kind').notNull().default('a360'),
    activo: integer('activo').notNull().default(1),
    esOnline: integer('es_online').notNull().default(0),
    minEquipos: integer('min_equipos').notNull().default(1),
    maxEquipos: integer('max_equipos').notNull().default(-1),
    /** Lower is more important. */
    prioridadBalanceo: integer('prioridad_balanceo').notNull().default(100),
    ticketsPorEquipoAdicional: integer('tickets_por_equipo_adicional'),
    poolId: text('pool_id'),
    /** JSON object; for a playwright robot its own settings (declared origins, mailbox). */
    parametros: text('parametros'),
    /** 0 = missing from a complete listing of the Control Room: kept, and not launched. Sync's own. */
    presenteEnA360: integer('presente_en_a360').notNull().default(1),
  },
  (t) => [check('robot_kind', sql`${t.kind} IN ('playwright', 'a360')`)],
);

/** A group of equipos; NULL anywhere means the General pool. */
export const pools = sqliteTable('pools', {
  poolId: text('pool_id').primaryKey().default(newId),
  nombre: text('nombre').notNull().unique(),
  descripcion: text('descripcion').notNull().default(''),
  activo: integer('activo').notNull().default(1),
});

/** A place where a robot can run: an A360 device or a local slot (`local-1` … `local-n`, pool `local`). */
export const equipos = sqliteTable(
  'equipos',
  {
    equipoId: text('equipo_id').primaryKey(),
    equipo: text('equipo').notNull(),
    userId: text('user_id'),
    userName: text('user_name'),
    licencia: text('licencia'),
    activoSam: integer('activo_sam').notNull().default(1),
    conectado: integer('conectado').notNull().default(1),
    permiteBalanceoDinamico: integer('permite_balanceo_dinamico').notNull().default(0),
    poolId: text('pool_id'),
    /** 0 = missing from a complete listing of the Control Room. Sync's own, like `conectado`, `user_activo`, name, user and licence. */
    presenteEnA360: integer('presente_en_a360').notNull().default(1),
    /** 0 = its A360 user is disabled: nothing can be launched there. */
    userActivo: integer('user_activo').notNull().default(1),
    /** 1 = written by a person, not found by sync. */
    manual: integer('manual').notNull().default(0),
  },
  (t) => [index('equipos_by_pool').on(t.poolId), index('equipos_by_name').on(t.equipo)],
);

/**
 * Which robot may run on which equipo, and why: by a programación (`es_programado`), kept for it by a person (`reservado`), or
 * lent by the balancer (both 0).
 */
export const asignaciones = sqliteTable(
  'asignaciones',
  {
    asignacionId: integer('asignacion_id').primaryKey({ autoIncrement: true }),
    robotId: text('robot_id').notNull(),
    equipoId: text('equipo_id').notNull(),
    esProgramado: integer('es_programado').notNull().default(0),
    reservado: integer('reservado').notNull().default(0),
    programacionId: text('programacion_id'),
    asignadoPor: text('asignado_por').notNull().default('otro programa'),
    fechaAsignacion: instant('fecha_asignacion').notNull().default(nowUtc),
    /** 1 = the balancer takes it away when its run ends: nothing new is launched on it. */
    liberando: integer('liberando').notNull().default(0),
  },
  (t) => [
    // NULLs are all different to SQLite.
    uniqueIndex('asignacion_once').on(t.robotId, t.equipoId, sql`coalesce(${t.programacionId}, '')`),
    uniqueIndex('asignacion_one_dynamic').on(t.equipoId).where(sql`${t.esProgramado} = 0 AND ${t.reservado} = 0`),
    index('asignaciones_by_equipo').on(t.equipoId),
    index('asignaciones_by_programacion').on(t.programacionId),
  ],
);

/**
 * What may not be launched for now, and why: a robot anywhere (`equipo_id` NULL), an equipo for anybody (`robot_id` NULL), or one on
 * the other. Made by the launcher instead of deleting what people configured; ended by a person, or by itself at `hasta`.
 */
export const suspensiones = sqliteTable(
  'suspensiones',
  {
    suspensionId: integer('suspension_id').primaryKey({ autoIncrement: true }),
    robotId: text('robot_id'),
    equipoId: text('equipo_id'),
    /** Spanish slug of the class of failure. */
    codigo: text('codigo').notNull(),
    /** Spanish sentence: what A360 said and what to do. */
    motivo: text('motivo').notNull(),
    desde: instant('desde').notNull().default(nowUtc),
    /** NULL = until somebody resumes it. */
    hasta: instant('hasta'),
    reanudadaAt: instant('reanudada_at'),
    reanudadaPor: text('reanudada_por'),
  },
  (t) => [
    check('suspension_of_something', sql`${t.robotId} IS NOT NULL OR ${t.equipoId} IS NOT NULL`),
    uniqueIndex('suspension_open_once')
      .on(sql`coalesce(${t.robotId}, '')`, sql`coalesce(${t.equipoId}, '')`)
      .where(sql`${t.reanudadaAt} IS NULL`),
  ],
);

/** Each listing of the Control Room that was merged, or was not. The newest good one says what is known. */
export const sincronizaciones = sqliteTable(
  'sincronizaciones',
  {
    sincronizacionId: integer('sincronizacion_id').primaryKey({ autoIncrement: true }),
    que: text('que').notNull(),
    startedAt: instant('started_at').notNull().default(nowUtc),
    endedAt: instant('ended_at'),
    outcome: text('outcome').notNull(),
    /** Rows in the listing, and what they changed. */
    vistos: integer('vistos').notNull().default(0),
    nuevos: integer('nuevos').notNull().default(0),
    cambiados: integer('cambiados').notNull().default(0),
    ausentes: integer('ausentes').notNull().default(0),
    /** Spanish: why it failed, or why absences were not applied. */
    mensaje: text('mensaje'),
  },
  (t) => [
    check('sincronizacion_que', sql`${t.que} IN ('robots', 'equipos')`),
    check('sincronizacion_outcome', sql`${t.outcome} IN ('ok', 'sin_ausencias', 'failed')`),
    index('sincronizaciones_by_que').on(t.que, t.sincronizacionId),
  ],
);
