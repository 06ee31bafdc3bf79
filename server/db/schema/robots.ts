import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The catalogue of robots, both kinds. Operators may UPDATE the operator columns from any SQLite client. */
export const robots = sqliteTable(
  'robots',
  {
    robotId: text('robot_id').primaryKey(),
    robot: text('robot').notNull(),
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
  },
  (t) => [check('robot_kind', sql`${t.kind} IN ('playwright', 'a360')`)],
);

/** A group of equipos; NULL anywhere means the General pool. */
export const pools = sqliteTable('pools', {
  poolId: text('pool_id').primaryKey(),
  nombre: text('nombre').notNull().unique(),
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
  },
  (t) => [index('equipos_by_pool').on(t.poolId)],
);
