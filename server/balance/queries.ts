import type { Db } from '#server/db/open.ts';
import { activeStates, sqlList } from '#server/ejecuciones/estados.ts';
import { type PageKey, pageSize } from '#server/lib/page.ts';
import type { Accion } from './model.ts';

/** A row of the history. */
export type Decision = {
  readonly id: number;
  readonly fecha: string;
  readonly robotId: string;
  readonly robot: string | null;
  readonly poolId: string | null;
  readonly tickets: number | null;
  readonly antes: number;
  readonly despues: number;
  readonly accion: string;
  readonly justificacion: string;
  /** Ids (JSON list). */
  readonly equipos: string;
};

/** '' and null = any. `from`, `to`: stored instants, the second one excluded. */
export type DecisionFilter = {
  readonly robot: string;
  readonly accion: Accion | null;
  readonly from: string | null;
  readonly to: string | null;
};

/** Rows looked at for one page: a rare action in a long history must not hold up the house. */
const mostSifted = 50_000;

/** A page of the history, newest first, one row more than fits if there are more. */
export const findDecisions = (db: Db, filter: DecisionFilter, key: PageKey | null, size = pageSize): Decision[] => {
  const older = key?.older ?? true;
  const walked = [
    ...(filter.robot === '' ? [] : ['robot_id = @robot']),
    ...(key === null ? [] : [`historico_id ${older ? '<' : '>'} @key`]),
    // Rows stand in the order of their dates: the first row of a date, by its index, cuts the walk.
    ...(filter.from === null ? [] : [`historico_id >= (${firstSince('@from')})`]),
    ...(filter.to === null ? [] : [`historico_id < (${firstSince('@to')})`]),
  ];
  const page = `SELECT * FROM historico_balanceo ${walked.length > 0 ? `WHERE ${walked.join(' AND ')}` : ''}
    ORDER BY historico_id ${older ? 'DESC' : 'ASC'}`;
  const sifted =
    filter.accion === null
      ? `${page} LIMIT +@size`
      : `SELECT * FROM (${page} LIMIT +${mostSifted}) WHERE accion_tomada = @accion LIMIT +@size`;
  return db
    .sql(
      `SELECT ${columns} FROM (${sifted}) AS h LEFT JOIN robots AS r ON r.robot_id = h.robot_id ORDER BY h.historico_id ${older ? 'DESC' : 'ASC'}`,
    )
    .all({
      size: size + 1,
      ...(filter.robot === '' ? {} : { robot: filter.robot }),
      ...(filter.accion === null ? {} : { accion: filter.accion }),
      ...(key === null ? {} : { key: key.id }),
      ...(filter.from === null ? {} : { from: filter.from }),
      ...(filter.to === null ? {} : { to: filter.to }),
    }) as Decision[];
};

const columns = `h.historico_id AS id, h.fecha_balanceo AS fecha, h.robot_id AS robotId, r.robot, h.pool_id AS poolId,
  h.tickets_pendientes AS tickets, h.equipos_antes AS antes, h.equipos_despues AS despues, h.accion_tomada AS accion,
  h.justificacion, h.equipos`;

const firstSince = (instant: string): string =>
  `coalesce((SELECT historico_id FROM historico_balanceo WHERE fecha_balanceo >= ${instant} ORDER BY fecha_balanceo, historico_id LIMIT 1), 9e15)`;

/** Of the equipos a person or a programación has: those of a programación. */
export const programados = (db: Db): ReadonlySet<string> =>
  new Set(
    db
      .sql('SELECT DISTINCT equipo_id AS id FROM asignaciones WHERE es_programado = 1')
      .all()
      .map((row) => row.id as string),
  );

/** When the balancer last wrote anything. */
export const lastDecisionAt = (db: Db): string | null =>
  (db.sql('SELECT fecha_balanceo AS at FROM historico_balanceo ORDER BY historico_id DESC LIMIT 1').get()?.at as string | undefined) ??
  null;

/** What runs on each of those equipos. */
export const runsOnEquipos = (db: Db, equipoIds: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    db
      .sql(
        `SELECT equipo_id AS equipoId, ejecucion_id AS id FROM ejecuciones
          WHERE estado IN ${sqlList(activeStates)} AND equipo_id IN (SELECT value FROM json_each(?))`,
      )
      .all(JSON.stringify(equipoIds))
      .map((row) => [row.equipoId as string, row.id as string]),
  );

/** Robots that could work, had tickets at the last balance and have no equipo of any kind. */
export const countWithoutEquipos = (db: Db): number =>
  db
    .sql(
      `SELECT count(*) AS n FROM balance_robots AS b JOIN robots AS r ON r.robot_id = b.robot_id
        WHERE b.tickets > 0 AND r.kind = 'a360' AND r.activo = 1 AND r.es_online = 1 AND r.presente_en_a360 = 1
          AND NOT EXISTS (SELECT 1 FROM asignaciones AS a WHERE a.robot_id = b.robot_id)`,
    )
    .get()?.n as number;
