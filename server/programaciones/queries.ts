import type { Db } from '#server/db/open.ts';
import { type PageKey, pageSize } from '#server/lib/page.ts';

/** A row of `programaciones` by column name, whatever its writer left there, with the name of its robot. */
export type Row = Readonly<Record<string, unknown>> & {
  /** The rowid: what pages of the list are cut by. */
  readonly id: number;
  readonly programacion_id: string;
  readonly robot_id: string;
  readonly activo: unknown;
  /** The name of the robot; its id when nobody knows it. */
  readonly robot: string;
};

const rows = `SELECT p.rowid AS id, p.*, coalesce(r.robot, p.robot_id) AS robot
  FROM programaciones p LEFT JOIN robots r ON r.robot_id = p.robot_id`;

export const findRow = (db: Db, programacionId: string): Row | undefined =>
  db.sql(`${rows} WHERE p.programacion_id = ?`).get(programacionId) as Row | undefined;

export type Filter = { readonly tipo: string | null; readonly robot: string | null };

/** One page of the list, the newest first, one row more than fits if there are more. */
export const findPage = (db: Db, filter: Filter, key: PageKey | null): Row[] => {
  const older = key?.older ?? true;
  return db
    .sql(
      `${rows} WHERE (@tipo IS NULL OR lower(p.tipo_programacion) = lower(@tipo)) AND (@robot IS NULL OR p.robot_id = @robot)
         AND (@id IS NULL OR p.rowid ${older ? '<' : '>'} @id)
       ORDER BY p.rowid ${older ? 'DESC' : 'ASC'} LIMIT +@n`,
    )
    .all({ ...filter, id: key?.id ?? null, n: pageSize + 1 }) as Row[];
};

/** Everything that is switched on, for the calendar. */
export const findActive = (db: Db, robot: string | null): Row[] =>
  db.sql(`${rows} WHERE p.activo = 1 AND (@robot IS NULL OR p.robot_id = @robot) ORDER BY p.rowid`).all({ robot }) as Row[];

export type Machine = { readonly equipo_id: string; readonly equipo: string; readonly activo_sam: number };

/** The machines of each of those programaciones, by name. */
export const machinesOf = (db: Db, programacionIds: readonly string[]): Map<string, Machine[]> => {
  const found = db
    .sql(
      `SELECT a.programacion_id, a.equipo_id, coalesce(e.equipo, a.equipo_id) AS equipo, coalesce(e.activo_sam, 0) AS activo_sam
       FROM asignaciones a LEFT JOIN equipos e ON e.equipo_id = a.equipo_id
       WHERE a.es_programado = 1 AND a.programacion_id IN (SELECT value FROM json_each(?)) ORDER BY equipo, a.equipo_id`,
    )
    .all(JSON.stringify(programacionIds)) as unknown as (Machine & { programacion_id: string })[];
  return Map.groupBy(found, (machine) => machine.programacion_id);
};

/** Those machines, as far as they exist; local slots are for robots that run here, and are no machines. */
export const findMachines = (db: Db, equipoIds: readonly string[]): Machine[] =>
  db
    .sql(
      `SELECT equipo_id, equipo, activo_sam FROM equipos
       WHERE equipo_id IN (SELECT value FROM json_each(?)) AND pool_id IS NOT 'local' ORDER BY equipo, equipo_id`,
    )
    .all(JSON.stringify(equipoIds)) as Machine[];

/** Machines a form offers: in use, whose name contains the text; the first `n` by name. */
export const offeredMachines = (db: Db, text: string, n: number): Machine[] =>
  db
    .sql(
      `SELECT equipo_id, equipo, activo_sam FROM equipos
       WHERE activo_sam = 1 AND pool_id IS NOT 'local' AND instr(lower(equipo), lower(@text)) > 0 ORDER BY equipo, equipo_id LIMIT +@n`,
    )
    .all({ text, n }) as Machine[];

export type RobotChoice = { readonly robot_id: string; readonly robot: string };

/** Robots that can be given a calendar: those of A360. */
export const robotsToSchedule = (db: Db): RobotChoice[] =>
  db.sql("SELECT robot_id, robot FROM robots WHERE kind = 'a360' ORDER BY robot, robot_id").all() as RobotChoice[];

/** Robots that have one. */
export const scheduledRobots = (db: Db): RobotChoice[] =>
  db
    .sql(
      `SELECT DISTINCT p.robot_id, coalesce(r.robot, p.robot_id) AS robot
       FROM programaciones p LEFT JOIN robots r ON r.robot_id = p.robot_id ORDER BY robot, p.robot_id`,
    )
    .all() as RobotChoice[];
