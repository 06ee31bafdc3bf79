import type { Db } from '#server/db/open.ts';
import { type PageKey, pageSize } from '#server/lib/page.ts';
import { activeStates, openStates, sqlList } from './estados.ts';

/** A run of either kind as lists and pages show it. */
export type RunRow = {
  /** Where it stands in the table: the key of the pages. */
  readonly id: number;
  readonly ejecucion_id: string;
  readonly deployment_id: string | null;
  readonly robot_id: string;
  readonly robot: string | null;
  readonly equipo_id: string | null;
  readonly equipo: string | null;
  readonly user_id: string | null;
  readonly estado: string;
  readonly fase: string | null;
  readonly fecha_inicio: string;
  readonly fecha_inicio_real: string | null;
  readonly fecha_fin: string | null;
  readonly origen: string | null;
  readonly tramite_id: number | null;
  readonly programacion_id: string | null;
  readonly fecha_teorica: string | null;
  readonly mensaje: string | null;
  readonly callback_info: string | null;
  readonly activity_id: string | null;
  readonly no_encontrada: number;
  readonly veces_unknown: number;
  readonly ultimo_unknown_at: string | null;
  readonly parada_pedida_at: string | null;
  /** How often it was told to repeat its work; null when nobody wrote it down. Of open runs only. */
  readonly repeticiones?: number | null;
};

export type RunFilter = { readonly robot: string | null; readonly equipo: string | null };

const listed = `e.rowid AS id, e.ejecucion_id, e.deployment_id, e.robot_id, robots.robot, e.equipo_id, equipos.equipo, e.user_id, e.estado, e.fase,
  e.fecha_inicio, e.fecha_inicio_real, e.fecha_fin, e.origen, e.tramite_id, e.programacion_id, e.fecha_teorica, e.mensaje,
  e.activity_id, e.no_encontrada, e.veces_unknown, e.ultimo_unknown_at, e.parada_pedida_at`;
const named = 'LEFT JOIN robots ON robots.robot_id = e.robot_id LEFT JOIN equipos ON equipos.equipo_id = e.equipo_id';

/** What the launcher wrote of its call (lanzador/tell-call.ts); `e` is the run. */
export const toldRepetitions = `(SELECT max(1, CAST(json_extract(v.data, '$.repeticiones') AS REAL)) FROM events AS v
   WHERE v.entity = 'ejecucion' AND v.entity_id = e.ejecucion_id AND v.kind = 'called' AND json_valid(v.data) LIMIT 1)`;

/** One run with all there is of it. `programacion` = how the one that launched it is called; null when there is none any more. */
export type WholeRun = RunRow & { readonly programacion: string | null };

export const findRun = (db: Db, id: string): WholeRun | null => {
  const row = db
    .sql(
      `SELECT ${listed}, e.callback_info, p.tipo_programacion || ', ' || p.hora_inicio AS programacion
         FROM ejecuciones AS e ${named} LEFT JOIN programaciones AS p ON p.programacion_id = e.programacion_id
        WHERE e.ejecucion_id = ?`,
    )
    .get(id);
  return (row as WholeRun | undefined) ?? null;
};

/** What is open, the oldest first: at most one per equipo, and those nobody knows of. */
export const openListSql = `
  SELECT ${listed}, NULL AS callback_info, ${toldRepetitions} AS repeticiones
    FROM ejecuciones AS e ${named}
   WHERE e.estado IN ${sqlList(openStates)} AND e.fecha_fin IS NULL
   ORDER BY e.fecha_inicio, e.rowid`;

export const findOpen = (db: Db): RunRow[] => db.sql(openListSql).all() as unknown as RunRow[];

/** Those of one robot. */
export const findOpenOf = (db: Db, robotId: string): RunRow[] =>
  db.sql(openListSql.replace('ORDER BY', 'AND e.robot_id = ? ORDER BY')).all(robotId) as unknown as RunRow[];

/**
 * A page of all of them, or of those that ended, newest first. Without a filter the table itself is walked (rows stand in the order
 * they began); of a robot or an equipo its index is.
 */
export const pageSql = (filter: RunFilter, key: PageKey | null, ended: boolean): string => {
  const way = (key?.older ?? true) ? 'DESC' : 'ASC';
  const than = key?.older ? '<' : '>';
  const walks = filter.robot === null && filter.equipo === null;
  const from = walks
    ? 'ejecuciones AS e NOT INDEXED'
    : `ejecuciones AS e INDEXED BY ejecuciones_by_${filter.equipo === null ? 'robot' : 'equipo'}`;
  const cut = walks ? `e.rowid ${than} @key` : `e.fecha_inicio ${than}= @since AND (e.fecha_inicio ${than} @since OR e.rowid ${than} @key)`;
  const terms = [
    ...(filter.robot === null ? [] : ['e.robot_id = @robot']),
    ...(filter.equipo === null ? [] : ['e.equipo_id = @equipo']),
    ...(key === null ? [] : [cut]),
    ...(ended ? ['e.fecha_fin IS NOT NULL'] : []),
  ];
  const where = terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`;
  const order = walks ? `e.rowid ${way}` : `e.fecha_inicio ${way}, e.rowid ${way}`;
  // Names are looked up for the rows of the page only.
  return `SELECT ${listed}, NULL AS callback_info FROM (SELECT e.rowid AS n FROM ${from} ${where} ORDER BY ${order} LIMIT +@limit) AS page
            CROSS JOIN ejecuciones AS e ON e.rowid = page.n ${named} ORDER BY ${order}`;
};

/** One row more than a page if there are more; an unknown key shows the first page. */
export const findRunPage = (db: Db, filter: RunFilter, key: PageKey | null, ended: boolean): { rows: RunRow[]; key: PageKey | null } => {
  const since = key === null ? undefined : db.sql('SELECT fecha_inicio FROM ejecuciones WHERE rowid = ?').get(key.id)?.fecha_inicio;
  const known = since === undefined ? null : key;
  const values = {
    limit: pageSize + 1,
    ...(filter.robot === null ? {} : { robot: filter.robot }),
    ...(filter.equipo === null ? {} : { equipo: filter.equipo }),
  };
  const walks = filter.robot === null && filter.equipo === null;
  const cut = known === null ? {} : walks ? { key: known.id } : { key: known.id, since };
  return { rows: db.sql(pageSql(filter, known, ended)).all({ ...values, ...cut }) as unknown as RunRow[], key: known };
};

/** Callbacks that have found no ejecución, the newest first. */
export type WaitingLetter = {
  readonly deployment_id: string;
  readonly estado: string;
  readonly host: string | null;
  readonly recibido_at: string;
};

/** Those that wait are few, and stand in an index of their own. */
export const waitingSql = `
  SELECT deployment_id, estado, host, recibido_at FROM callback_inbox INDEXED BY callback_inbox_waiting
   WHERE aplicado_at IS NULL ORDER BY recibido_at DESC LIMIT +?`;

export const findWaiting = (db: Db, limit: number): WaitingLetter[] => db.sql(waitingSql).all(limit) as unknown as WaitingLetter[];

/**
 * Of the last runs of each robot (few, for pages ask for hundreds of robots at once), those that went well: how many count, and how
 * long a repetition of them took. `shortestMs` is of whole runs.
 */
export const usualOf = (
  db: Db,
  robots: readonly string[],
  shortestMs: number,
): ReadonlyMap<string, { samples: number; averageMs: number }> => {
  const seek = db.sql(
    `SELECT count(*) AS samples, avg(ms / coalesce(${toldRepetitions}, 1)) AS averageMs FROM (
       SELECT ejecucion_id, (julianday(fecha_fin) - julianday(coalesce(fecha_inicio_real, fecha_inicio))) * 86400000 AS ms
         FROM (SELECT * FROM ejecuciones INDEXED BY ejecuciones_by_robot WHERE robot_id = ? ORDER BY fecha_inicio DESC LIMIT 30)
        WHERE estado IN ('COMPLETED', 'RUN_COMPLETED') AND fecha_fin IS NOT NULL) AS e
      WHERE ms >= ?`,
  );
  return new Map(
    [...new Set(robots)].map((robot) => {
      const { samples, averageMs } = seek.get(robot, shortestMs) as { samples: number; averageMs: number | null };
      return [robot, { samples, averageMs: averageMs ?? 0 }];
    }),
  );
};

/** Id of the equipo that goes by that name or id; what is typed when there is none. */
export const equipoCalled = (db: Db, typed: string): string =>
  (db
    .sql('SELECT equipo_id FROM equipos WHERE equipo_id = ? UNION ALL SELECT equipo_id FROM equipos WHERE equipo = ? LIMIT 1')
    .get(typed, typed)?.equipo_id as string | undefined) ?? typed;

export const robotNames = (db: Db): { robot_id: string; robot: string }[] =>
  db.sql('SELECT robot_id, robot FROM robots ORDER BY robot, robot_id').all() as { robot_id: string; robot: string }[];

export const equipoName = (db: Db, id: string): string =>
  (db.sql('SELECT equipo FROM equipos WHERE equipo_id = ?').get(id)?.equipo as string | undefined) ?? id;

/** Machines of A360 something may be launched on, and those of them where something runs. */
export const machineCounts = (db: Db): { usable: number; busy: number } =>
  db
    .sql(
      `SELECT count(*) AS usable, coalesce(sum(EXISTS (
                SELECT 1 FROM ejecuciones AS e WHERE e.equipo_id = q.equipo_id AND e.estado IN ${sqlList(activeStates)})), 0) AS busy
         FROM equipos AS q
        WHERE q.activo_sam = 1 AND q.conectado = 1 AND q.presente_en_a360 = 1 AND q.user_id IS NOT NULL`,
    )
    .get() as { usable: number; busy: number };
