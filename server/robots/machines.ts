import type { Db } from '#server/db/open.ts';

/** An equipo a robot may run on, and why. `kinds` = programado, reservado, dinamico. */
export type Machine = {
  readonly equipo_id: string;
  readonly equipo: string | null;
  readonly programado: number;
  readonly reservado: number;
  readonly dinamico: number;
  readonly asignado_por: string;
  readonly activo_sam: number | null;
  readonly conectado: number | null;
};

/** Those of a robot, by name. */
export const machinesOf = (db: Db, robotId: string): Machine[] =>
  db
    .sql(
      `SELECT a.equipo_id, e.equipo, max(a.es_programado) AS programado, max(a.es_programado = 0 AND a.reservado = 1) AS reservado,
              max(a.es_programado = 0 AND a.reservado = 0) AS dinamico, replace(group_concat(DISTINCT a.asignado_por), ',', ', ') AS asignado_por, e.activo_sam, e.conectado
         FROM asignaciones AS a LEFT JOIN equipos AS e ON e.equipo_id = a.equipo_id
        WHERE a.robot_id = ? GROUP BY a.equipo_id ORDER BY lower(e.equipo), a.equipo_id`,
    )
    .all(robotId) as unknown as Machine[];

/** A machine that could be kept for a robot, and who has it now. */
export type Candidate = { readonly equipo_id: string; readonly equipo: string; readonly de: string | null; readonly reservado: number };

const most = 50;

/** Machines that are not kept for that robot yet, by part of their name or their id; those nobody has first, 50 at most. */
export const candidatesFor = (db: Db, robotId: string, q: string): Candidate[] =>
  db
    .sql(
      `SELECT e.equipo_id, e.equipo, replace(group_concat(DISTINCT r.robot), ',', ', ') AS de, coalesce(max(a.reservado AND NOT a.es_programado), 0) AS reservado
         FROM equipos AS e
         LEFT JOIN asignaciones AS a ON a.equipo_id = e.equipo_id
         LEFT JOIN robots AS r ON r.robot_id = a.robot_id
        WHERE e.equipo_id NOT GLOB 'local-*' AND (@q = '' OR instr(lower(e.equipo), lower(@q)) OR e.equipo_id = @q)
          AND NOT EXISTS (SELECT 1 FROM asignaciones AS o
                           WHERE o.robot_id = @robotId AND o.equipo_id = e.equipo_id AND o.es_programado = 0 AND o.reservado = 1)
        GROUP BY e.equipo_id ORDER BY de IS NOT NULL, lower(e.equipo), e.equipo_id LIMIT +@most`,
    )
    .all({ robotId, q, most }) as unknown as Candidate[];
