import { index, integer, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { instant, nowUtc } from './columns.ts';

/** What the balancer did, one row per robot and action, written with the move itself; refusals once per change. */
export const historicoBalanceo = sqliteTable(
  'historico_balanceo',
  {
    historicoId: integer('historico_id').primaryKey({ autoIncrement: true }),
    fechaBalanceo: instant('fecha_balanceo').notNull().default(nowUtc),
    robotId: text('robot_id').notNull(),
    /** Of the equipos that moved; NULL = General. */
    poolId: text('pool_id'),
    /** NULL = not known. */
    ticketsPendientes: integer('tickets_pendientes'),
    /** Dynamic equipos of the robot, counted in the table before and after. */
    equiposAntes: integer('equipos_antes').notNull(),
    equiposDespues: integer('equipos_despues').notNull(),
    accionTomada: text('accion_tomada').notNull(),
    /** Spanish sentence. */
    justificacion: text('justificacion').notNull().default(''),
    /** Ids of the equipos that moved (JSON list). */
    equipos: text('equipos').notNull().default('[]'),
  },
  (t) => [index('historico_balanceo_by_robot').on(t.robotId, t.historicoId), index('historico_balanceo_by_date').on(t.fechaBalanceo)],
);

/** What a robot is called by those who count its tickets. Read afresh at each balance. */
export const mapeoRobots = sqliteTable(
  'mapeo_robots',
  {
    mapeoId: integer('mapeo_id').primaryKey({ autoIncrement: true }),
    proveedor: text('proveedor').notNull(),
    nombreExterno: text('nombre_externo').notNull(),
    robotId: text('robot_id').notNull(),
    descripcion: text('descripcion').notNull().default(''),
    createdAt: instant('created_at').notNull().default(nowUtc),
  },
  (t) => [uniqueIndex('mapeo_once').on(t.proveedor, t.nombreExterno), index('mapeo_by_robot').on(t.robotId)],
);

/** Who counts tickets, and how it last answered. */
export const fuentesCarga = sqliteTable('fuentes_carga', {
  /** `clouders`, `rpa360` or `local`. */
  proveedor: text('proveedor').primaryKey(),
  ultimoIntentoAt: instant('ultimo_intento_at'),
  /** When it last answered. */
  ultimoAciertoAt: instant('ultimo_acierto_at'),
  /** Where it was asked then: another place owes nothing to that answer. NULL = not known. */
  lugar: text('lugar'),
  /** What it answered then: JSON object, external name → tickets. */
  respuesta: text('respuesta').notNull().default('{}'),
  /** In a row; 0 = the last attempt was answered. */
  fallosSeguidos: integer('fallos_seguidos').notNull().default(0),
  /** Spanish: why the last attempt failed. */
  motivo: text('motivo'),
  duracionMs: integer('duracion_ms'),
});

/** What the balancer remembers of each robot from cycle to cycle, so that a restart changes nothing. */
export const balanceRobots = sqliteTable('balance_robots', {
  robotId: text('robot_id').primaryKey(),
  /** When it last got equipos, and the tickets it had then. */
  ultimaAlzaAt: instant('ultima_alza_at'),
  ultimaAlzaTickets: integer('ultima_alza_tickets'),
  /** When it last gave equipos back, and the tickets it had then. */
  ultimaBajaAt: instant('ultima_baja_at'),
  ultimaBajaTickets: integer('ultima_baja_tickets'),
  /** 1 = it got fewer than it needed, only because there were no more: it may be completed at any time. */
  incompleto: integer('incompleto').notNull().default(0),
  /** Why it does not get what it needs (a word), as last told in `historico_balanceo`; NULL = nothing is refused. */
  negativa: text('negativa'),
  /** Tickets it had at the last balance; NULL = not known. */
  tickets: integer('tickets'),
  /** Equipos it needed then. */
  necesita: integer('necesita').notNull().default(0),
});
