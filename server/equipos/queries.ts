import type { Db } from '#server/db/open.ts';
import { activeStates, sqlList, unknownHoldsSql } from '#server/ejecuciones/estados.ts';
import { type TextKey, walkSql } from '#server/lib/text-page.ts';

/** A whole row of `equipos`. */
export type Equipo = {
  readonly equipo_id: string;
  readonly equipo: string;
  readonly user_id: string | null;
  readonly user_name: string | null;
  readonly licencia: string | null;
  readonly activo_sam: number;
  readonly conectado: number;
  readonly permite_balanceo_dinamico: number;
  readonly pool_id: string | null;
  readonly presente_en_a360: number;
  readonly user_activo: number;
  readonly manual: number;
};

export type ListedEquipo = Equipo & { readonly pool: string | null };

export const findEquipo = (db: Db, equipoId: string): Equipo | undefined =>
  db.sql('SELECT * FROM equipos WHERE equipo_id = ?').get(equipoId) as unknown as Equipo | undefined;

export const asignaciones = ['programado', 'reservado', 'dinamico', 'disponible'] as const;
export type Asignacion = (typeof asignaciones)[number];

/** What the list is narrowed to, and its order. `pool` '' = any, 'general' = none. */
export type EquipoFilter = {
  readonly q: string;
  readonly conectado: 0 | 1 | null;
  readonly activo: 0 | 1 | null;
  readonly balanceo: 0 | 1 | null;
  readonly pool: string;
  readonly asignacion: Asignacion | null;
  readonly orden: 'nombre' | 'pool';
};

const orders = { nombre: 'lower(equipo)', pool: "coalesce(pool_id, '')" } as const;

const has = (what: string): string => `EXISTS (SELECT 1 FROM asignaciones AS a WHERE a.equipo_id = equipos.equipo_id AND ${what})`;
const programado = has('a.es_programado = 1');
const reservado = has('a.es_programado = 0 AND a.reservado = 1');

/** By what it is shown as: Programado before Reservado before Dinámico. */
const byAsignacion: Readonly<Record<Asignacion, string>> = {
  programado,
  reservado: `NOT ${programado} AND ${reservado}`,
  dinamico: `NOT ${programado} AND NOT ${reservado} AND ${has('true')}`,
  disponible: `NOT ${has('true')}`,
};

const narrowed = ({ asignacion }: EquipoFilter): string =>
  `(@q = '' OR instr(lower(equipo), lower(@q)) OR instr(lower(coalesce(user_name, '')), lower(@q)) OR equipo_id = @q)
   AND (@conectado IS NULL OR conectado = @conectado) AND (@activo IS NULL OR activo_sam = @activo)
   AND (@balanceo IS NULL OR permite_balanceo_dinamico = @balanceo)
   AND (@pool = '' OR coalesce(pool_id, 'general') = @pool)${asignacion === null ? '' : ` AND ${byAsignacion[asignacion]}`}`;

const valuesOf = ({ q, conectado, activo, balanceo, pool }: EquipoFilter) => ({ q, conectado, activo, balanceo, pool });

/** One page of the list, with one row more than fits if there are more. */
export const findEquipos = (db: Db, filter: EquipoFilter, key: TextKey | null, limit: number): ListedEquipo[] => {
  const { cut, by } = walkSql('equipos', 'equipo_id', orders[filter.orden], key);
  return db
    .sql(`${listed} WHERE ${narrowed(filter)}${cut} ${by} LIMIT +@limit`)
    .all({ ...valuesOf(filter), limit, ...(key && { key: key.id }) }) as unknown as ListedEquipo[];
};

const listed = 'SELECT *, (SELECT nombre FROM pools WHERE pools.pool_id = equipos.pool_id) AS pool FROM equipos';

export const countEquipos = (db: Db, filter: EquipoFilter): number =>
  db.sql(`SELECT count(*) AS n FROM equipos WHERE ${narrowed(filter)}`).get(valuesOf(filter))?.n as number;

/** Who may use a machine, and why. */
export type Use = {
  readonly equipo_id: string;
  readonly robot_id: string;
  readonly robot: string | null;
  readonly es_programado: number;
  readonly reservado: number;
};

export const usesOf = (db: Db, equipoIds: readonly string[]): Use[] =>
  db
    .sql(
      `SELECT DISTINCT a.equipo_id, a.robot_id, r.robot, a.es_programado, a.reservado
         FROM asignaciones AS a LEFT JOIN robots AS r ON r.robot_id = a.robot_id
        WHERE a.equipo_id IN (SELECT value FROM json_each(?)) ORDER BY a.es_programado DESC, a.reservado DESC, lower(r.robot)`,
    )
    .all(JSON.stringify(equipoIds)) as unknown as Use[];

/** The run that holds a machine. */
export type Run = {
  readonly equipo_id: string;
  readonly ejecucion_id: string;
  readonly tramite_id: number | null;
  readonly estado: string;
  readonly fecha_inicio: string;
  readonly robot: string | null;
};

/** @param unknownSince a run A360 said UNKNOWN of since then holds its machine still */
export const runsOn = (db: Db, equipoIds: readonly string[], unknownSince: string): Run[] =>
  db
    .sql(
      `SELECT e.equipo_id, e.ejecucion_id, e.tramite_id, e.estado, e.fecha_inicio, r.robot
         FROM ejecuciones AS e LEFT JOIN robots AS r ON r.robot_id = e.robot_id
        WHERE e.equipo_id IN (SELECT value FROM json_each(@ids))
          AND (e.estado IN ${sqlList(activeStates)} OR (${unknownHoldsSql}))`,
    )
    .all({ ids: JSON.stringify(equipoIds), unknownSince }) as unknown as Run[];
