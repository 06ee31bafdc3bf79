import type { Db } from '#server/db/open.ts';
import { sqlList, successStates } from '#server/ejecuciones/estados.ts';
import { toldRepetitions } from '#server/ejecuciones/find-runs.ts';
import { createPacer } from '#server/lib/pacer.ts';
import type { Range } from './filter.ts';

/** A run as the figures need it. Instants as stored. */
export type RunFacts = {
  readonly robot: string;
  readonly equipo: string | null;
  readonly estado: string;
  readonly origen: string | null;
  /** 1 = of A360. */
  readonly a360: number;
  readonly inicio: string;
  readonly real: string | null;
  readonly fin: string | null;
  /** When its row was last written: for one that ended, when its end was known. */
  readonly sabida: string | null;
};

const facts = `e.robot_id AS robot, e.equipo_id AS equipo, e.estado, e.origen, e.fase IS NULL AS a360, e.fecha_inicio AS inicio,
  e.fecha_inicio_real AS real, e.fecha_fin AS fin, e.actualizada_at AS sabida`;
const within = 'e.fecha_inicio >= @from AND e.fecha_inicio < @to';

/** Each robot, or each equipo, has its runs in an index by their beginning: nothing outside of the range is looked at. */
export const runsSql = {
  robot: `SELECT ${facts} FROM robots AS r CROSS JOIN ejecuciones AS e INDEXED BY ejecuciones_by_robot
             ON e.robot_id = r.robot_id AND ${within}
          WHERE (@robot = '' OR r.robot_id = @robot) AND (@pool = '' OR coalesce(r.pool_id, 'general') = @pool)`,
  equipo: `SELECT ${facts} FROM equipos AS q CROSS JOIN ejecuciones AS e INDEXED BY ejecuciones_by_equipo
             ON e.equipo_id = q.equipo_id AND ${within}
          WHERE (@robot = '' OR e.robot_id = @robot) AND (@pool = '' OR coalesce(q.pool_id, 'general') = @pool)`,
} as const;

type Span = { readonly start: string; readonly end: string };

/** A day of a busy house is too much to be read at once. */
const partsOfSpan = 6;

/**
 * The runs that began in each of those spans, part by part: a million of them hold up nobody.
 * @param by whose pool is asked for
 */
export async function* runsIn(
  db: Db,
  { robot, pool }: Range,
  spans: readonly Span[],
  by: keyof typeof runsSql,
): AsyncGenerator<{ readonly span: number; readonly runs: readonly RunFacts[] }> {
  const pacer = createPacer();
  for (const [span, { start, end }] of spans.entries()) {
    const [first, last] = [Date.parse(start), Date.parse(end)];
    const cut = (part: number) => new Date(first + ((last - first) * part) / partsOfSpan).toISOString();
    for (let part = 0; part < partsOfSpan; part++) {
      yield { span, runs: db.sql(runsSql[by]).all({ from: cut(part), to: cut(part + 1), robot, pool }) as RunFacts[] };
      await pacer.rest();
    }
  }
}

const robotsSql = `SELECT robot_id AS id, robot AS name, pool_id AS pool FROM robots
  WHERE (@robot = '' OR robot_id = @robot) AND (@pool = '' OR coalesce(pool_id, 'general') = @pool)`;

export type Named = { readonly id: string; readonly name: string; readonly pool: string | null };

export const robotsOf = (db: Db, { robot, pool }: Pick<Range, 'robot' | 'pool'>): Named[] =>
  db.sql(robotsSql).all({ robot, pool }) as Named[];

export const equiposOf = (db: Db, { pool }: Pick<Range, 'pool'>): Named[] =>
  db
    .sql("SELECT equipo_id AS id, equipo AS name, pool_id AS pool FROM equipos WHERE (@pool = '' OR coalesce(pool_id, 'general') = @pool)")
    .all({ pool }) as Named[];

/** Of each robot, so many runs at most: the newest of the range. */
export const mostSamples = 500;

const durationsSql = `
  SELECT ms / coalesce(${toldRepetitions}, 1) AS ms FROM (
    SELECT e.ejecucion_id, (julianday(e.fecha_fin) - julianday(coalesce(e.fecha_inicio_real, e.fecha_inicio))) * 86400000 AS ms
      FROM ejecuciones AS e INDEXED BY ejecuciones_by_robot
     WHERE e.robot_id = @robot AND ${within} AND e.estado IN ${sqlList(successStates)} AND e.fecha_fin IS NOT NULL
     ORDER BY e.fecha_inicio DESC LIMIT +@most) AS e
   WHERE ms >= 0`;

/** How long each repetition of its runs that went well took (ms). */
export const durationsOf = (db: Db, robotId: string, { from, to }: Range): number[] =>
  db
    .sql(durationsSql)
    .all({ robot: robotId, from, to, most: mostSamples })
    .map((row) => row.ms as number);

/** What the balancer did with a robot: moves, and how often one was taken back within the hour. */
export type Trace = {
  readonly robot: string;
  readonly altas: number;
  readonly bajas: number;
  readonly rechazos: number;
  readonly vaivenes: number;
};

const ofRange = `FROM historico_balanceo AS h INDEXED BY historico_balanceo_by_date
  WHERE h.fecha_balanceo >= @from AND h.fecha_balanceo < @to AND (@robot = '' OR h.robot_id = @robot)
    AND (@pool = '' OR EXISTS (SELECT 1 FROM robots AS r WHERE r.robot_id = h.robot_id AND coalesce(r.pool_id, 'general') = @pool))`;

const tracesSql = `
  SELECT robot, sum(way > 0) AS altas, sum(way < 0) AS bajas, sum(accion = 'RECHAZO') AS rechazos,
         sum(coalesce(way * before < 0 AND (julianday(at) - julianday(beforeAt)) * 24 <= 1, 0)) AS vaivenes
    FROM (SELECT robot, way, accion, at, lag(way) OVER moves AS before, lag(at) OVER moves AS beforeAt
            FROM (SELECT h.robot_id AS robot, h.historico_id AS id, h.fecha_balanceo AS at, h.accion_tomada AS accion,
                         sign(h.equipos_despues - h.equipos_antes) AS way ${ofRange})
          WINDOW moves AS (PARTITION BY robot, way <> 0 ORDER BY id))
   GROUP BY robot`;

export const tracesOf = (db: Db, { from, to, robot, pool }: Range): Trace[] => db.sql(tracesSql).all({ from, to, robot, pool }) as Trace[];

const movedSql = `SELECT coalesce(sum(max(0, h.equipos_despues - h.equipos_antes)), 0) AS up,
  coalesce(sum(max(0, h.equipos_antes - h.equipos_despues)), 0) AS down ${ofRange}`;

/** Equipos lent and taken back in a span. */
export const movedIn = (db: Db, { robot, pool }: Range, { start, end }: Span): { up: number; down: number } =>
  db.sql(movedSql).get({ from: start, to: end, robot, pool }) as { up: number; down: number };

/** When what is kept begins; null = there is nothing. */
export const firstRunAt = (db: Db): string | null =>
  db.sql('SELECT min((SELECT min(e.fecha_inicio) FROM ejecuciones AS e WHERE e.robot_id = r.robot_id)) AS at FROM robots AS r').get()?.at as
    | string
    | null;

export const firstDecisionAt = (db: Db): string | null =>
  (db.sql('SELECT fecha_balanceo AS at FROM historico_balanceo ORDER BY historico_id LIMIT 1').get()?.at as string | undefined) ?? null;
