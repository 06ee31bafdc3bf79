import type { Db } from '#server/db/open.ts';
import { activeStates, sqlList } from './estados.ts';

/** One attempt as its row stands. */
export type Attempt = {
  readonly ejecucion_id: string;
  readonly robot_id: string;
  readonly equipo_id: string | null;
  readonly estado: string;
  readonly fase: string | null;
  readonly fecha_inicio: string;
  readonly fecha_fin: string | null;
  readonly intento: number | null;
  readonly planned_steps: string | null;
  readonly result: string | null;
  readonly error_code: string | null;
  readonly mensaje: string | null;
  /** How its robot and its equipo are called, where they are known. */
  readonly robot: string | null;
  readonly equipo: string | null;
};

export type StepRow = {
  readonly ejecucion_id: string;
  readonly number: number;
  readonly name: string;
  readonly outcome: 'done' | 'failed';
  readonly started_at: string;
  readonly ended_at: string;
  readonly note: string | null;
  readonly capture: string | null;
  readonly error_code: string | null;
};

/** A page shows this many attempts of a trámite, the last ones. */
const attemptsShown = 20;

/** Attempts of a trámite, the newest first. */
export const attemptsOf = (db: Db, tramiteId: number): Attempt[] =>
  db
    .sql(
      `SELECT e.*, r.robot, q.equipo
         FROM ejecuciones AS e LEFT JOIN robots AS r ON r.robot_id = e.robot_id LEFT JOIN equipos AS q ON q.equipo_id = e.equipo_id
        WHERE e.tramite_id = ? ORDER BY e.intento DESC LIMIT +?`,
    )
    .all(tramiteId, attemptsShown) as unknown as Attempt[];

/** Steps of every attempt of a trámite, in the order they were walked. */
export const stepsOf = (db: Db, tramiteId: number): StepRow[] =>
  db.sql('SELECT * FROM steps WHERE tramite_id = ? ORDER BY step_id').all(tramiteId) as unknown as StepRow[];

/** Where a running attempt is. */
export type Progress = {
  readonly done: number;
  readonly planned: readonly string[];
  readonly equipo: string | null;
  readonly fase: string | null;
};

const running = sqlList(activeStates);

/** Progress of the trámites of that list that are being worked on. */
export const progressOf = (db: Db, tramiteIds: readonly number[]): ReadonlyMap<number, Progress> => {
  if (tramiteIds.length === 0) return new Map();
  const rows = db
    .sql(
      `SELECT tramite_id, equipo_id, fase, planned_steps,
              (SELECT count(*) FROM steps WHERE steps.ejecucion_id = ejecuciones.ejecucion_id AND outcome = 'done') AS done
         FROM ejecuciones
        WHERE tramite_id IN (SELECT value FROM json_each(?)) AND estado IN ${running}`,
    )
    .all(JSON.stringify(tramiteIds));
  return new Map(rows.map((row) => [row.tramite_id as number, progress(row)]));
};

const progress = (row: Record<string, unknown>): Progress => ({
  done: row.done as number,
  planned: readNames(row.planned_steps as string | null),
  equipo: row.equipo_id as string | null,
  fase: row.fase as string | null,
});

/** What is being worked on now, the longest at it first: at most one per slot. */
export const runningNow = (db: Db): { readonly tramite: number; readonly equipo: string | null; readonly since: string }[] =>
  db
    .sql(
      `SELECT tramite_id AS tramite, equipo_id AS equipo, fecha_inicio AS since FROM ejecuciones
        WHERE tramite_id IS NOT NULL AND equipo_id IS NOT NULL AND estado IN ${running} ORDER BY fecha_inicio LIMIT 64`,
    )
    .all() as { tramite: number; equipo: string | null; since: string }[];

/** Names of the planned steps; none when the text is not a list of names. */
export const readNames = (json: string | null): string[] => {
  try {
    const names: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [];
  }
};
