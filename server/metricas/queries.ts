import type { Db } from '#server/db/open.ts';
import { openStates, sqlList } from '#server/ejecuciones/estados.ts';

/** An event that is counted, with what is known of its trámite and of its ejecución. */
export type SeenEvent = {
  readonly entity: 'tramite' | 'ejecucion';
  readonly kind: string;
  readonly code: string | null;
  readonly siteId: string | null;
  /** Of a run of A360: its state, the one before, and who told. */
  readonly estado: string | null;
  readonly antes: string | null;
  readonly origen: string | null;
  readonly robotId: string | null;
  readonly robot: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
};

/**
 * By the key only: SQLite would rather take the index by entity, which holds every event there ever was. Events of trámites know
 * their attempt by its number; those of Playwright have a phase, those of A360 tell their end themselves.
 */
export const eventsSql = `
  SELECT e.entity, e.kind, e.data ->> 'code' AS code, t.site_id AS siteId,
         e.data ->> 'estado' AS estado, e.data ->> 'antes' AS antes, e.data ->> 'origen' AS origen,
         x.robot_id AS robotId, r.robot, x.fecha_inicio AS startedAt, x.fecha_fin AS endedAt
    FROM events AS e
    LEFT JOIN tramite_queue AS t ON e.entity = 'tramite' AND t.id = CAST(e.entity_id AS INTEGER)
    LEFT JOIN ejecuciones AS x ON x.ejecucion_id = CASE e.entity
         WHEN 'ejecucion' THEN e.entity_id
         ELSE (SELECT own.ejecucion_id FROM ejecuciones AS own
                WHERE own.tramite_id = t.id AND own.intento = e.data ->> 'attempt' AND own.fase IS NOT NULL) END
    LEFT JOIN robots AS r ON r.robot_id = x.robot_id
   WHERE e.event_id > @from AND e.event_id <= @to
     AND CASE e.entity
         WHEN 'tramite' THEN e.kind IN ('enqueued', 'completed', 'awaiting_confirmation', 'retry_scheduled', 'returned', 'failed', 'needs_review')
         WHEN 'ejecucion' THEN e.kind IN ('launched', 'launch_lost', 'reported') END
   ORDER BY e.event_id`;

export const eventsBetween = (db: Db, from: number, to: number): SeenEvent[] =>
  db.sql(eventsSql).all({ from, to }) as unknown as SeenEvent[];

/** Those that are configured; more than that many are not told apart anyway. */
export const organismos = (db: Db): string[] =>
  db
    .sql('SELECT site_id AS id FROM organismo_config ORDER BY site_id LIMIT 200')
    .all()
    .map((row) => row.id as string);

type SeenStep = Pick<SeenEvent, 'robotId' | 'robot' | 'startedAt' | 'endedAt'> & {
  readonly name: string;
  readonly outcome: string;
  readonly errorCode: string | null;
};

export const stepsBetween = (db: Db, from: number, to: number): SeenStep[] =>
  db
    .sql(
      `SELECT s.name, s.outcome, s.error_code AS errorCode, s.started_at AS startedAt, s.ended_at AS endedAt, x.robot_id AS robotId, r.robot
         FROM steps AS s LEFT JOIN ejecuciones AS x ON x.ejecucion_id = s.ejecucion_id LEFT JOIN robots AS r ON r.robot_id = x.robot_id
        WHERE s.step_id > ? AND s.step_id <= ?`,
    )
    .all(from, to) as unknown as SeenStep[];

type SeenBalance = { readonly accion: string; readonly filas: number; readonly equipos: number };

export const balanceBetween = (db: Db, from: number, to: number): SeenBalance[] =>
  db
    .sql(
      `SELECT accion_tomada AS accion, count(*) AS filas, sum(json_array_length(equipos)) AS equipos
         FROM historico_balanceo WHERE historico_id > ? AND historico_id <= ? GROUP BY accion_tomada`,
    )
    .all(from, to) as unknown as SeenBalance[];

/** The last claim cycle that has ended; one never overlaps itself. */
export const lastClaimCycle = (db: Db): number =>
  (db.sql("SELECT cycle_id AS id FROM cycles WHERE name = 'reclamar' AND outcome <> 'running' ORDER BY cycle_id DESC LIMIT 1").get()
    ?.id as number) ?? 0;

const counted = ['seen', 'matched', 'discarded', 'claimed', 'lost'] as const;

/** More than that many between two looks are counted at the next ones. */
const mostCycles = 500;

export const claimCyclesAfter = (db: Db, id: number) =>
  db
    .sql(
      `SELECT cycle_id AS id, outcome, phases, ${counted.join(', ')} FROM cycles
        WHERE name = 'reclamar' AND cycle_id > ? AND outcome <> 'running' ORDER BY cycle_id LIMIT +?`,
    )
    .all(id, mostCycles)
    .map((row) => ({
      id: row.id as number,
      outcome: row.outcome as string,
      counts: Object.fromEntries(counted.map((name) => [name, row[name] as number])),
      milliseconds: JSON.parse((row.phases as string | null) ?? '{}') as Record<string, number>,
    }));

/** Rows of the queue, those of organismos nobody configured together: other programs may write any name there. */
export const queueSql = `
  SELECT coalesce(o.site_id, @others) AS organismo, c.status, sum(c.n) AS n
    FROM queue_counts AS c LEFT JOIN organismo_config AS o ON o.site_id = c.site_id
   WHERE c.n > 0 GROUP BY 1, 2`;

export const queueDepth = (db: Db, others: string) =>
  db.sql(queueSql).all({ others }) as { organismo: string; status: string; n: number }[];

/** The first that came of each organismo, by the index of its pending ones: no more than one row of each is read. */
export const oldestSql = `
  SELECT c.site_id AS organismo,
         (SELECT t.created_at FROM tramite_queue AS t INDEXED BY tramite_by_site
           WHERE t.site_id = c.site_id AND t.status = 'pending' AND t.status <> 'processing' ORDER BY t.id LIMIT 1) AS at
    FROM queue_counts AS c JOIN organismo_config AS o ON o.site_id = c.site_id
   WHERE c.status = 'pending' AND c.n > 0`;

export const oldestPending = (db: Db) => db.sql(oldestSql).all() as { organismo: string; at: string | null }[];

export const openRunsSql = `
  SELECT estado, count(*) AS n FROM ejecuciones WHERE estado IN ${sqlList(openStates)} AND fecha_fin IS NULL AND fase IS NULL GROUP BY estado`;

export const openRuns = (db: Db) => db.sql(openRunsSql).all() as { estado: string; n: number }[];

export const openAvisos = (db: Db) =>
  db.sql("SELECT nivel, count(*) AS n FROM avisos WHERE estado = 'abierto' GROUP BY nivel").all() as { nivel: string; n: number }[];

export const pendingNotices = (db: Db): number => db.sql("SELECT count(*) AS n FROM envios WHERE estado = 'pendiente'").get()?.n as number;

export const isPaused = (db: Db): boolean => db.sql('SELECT activo FROM mantenimiento WHERE id = 1').get()?.activo === 1;

/** When the last copy that was found whole ended; null = there is none. */
export const lastCopy = (db: Db): string | null =>
  (db.sql('SELECT max(terminada_at) AS at FROM copias WHERE verificada = 1 AND error IS NULL').get()?.at as string | null) ?? null;

type SeenSource = { readonly proveedor: string; readonly fallos: number; readonly acierto: string | null; readonly tickets: number | null };

/** How those who count tickets answered the last time they were asked. */
export const ticketSources = (db: Db): SeenSource[] =>
  db
    .sql(
      `SELECT proveedor, fallos_seguidos AS fallos, ultimo_acierto_at AS acierto,
              CASE WHEN json_valid(respuesta) THEN (SELECT total(value) FROM json_each(respuesta)) END AS tickets
         FROM fuentes_carga ORDER BY proveedor LIMIT 20`,
    )
    .all() as SeenSource[];
