import type { Db } from '#server/db/open.ts';
import { activeStates, sqlList } from '#server/ejecuciones/estados.ts';

/**
 * Makes `local-1` … `local-n` the places of this machine where a robot can run: one per worker thread. Those beyond n
 * (there were more threads once) stay for the history, disconnected. What an operator switched off stays off. Sync.
 */
export const ensureLocalSlots = (db: Db, n: number): void => {
  const insert = db.sql(
    `INSERT INTO equipos (equipo_id, equipo, pool_id) VALUES (?, ?, 'local') ON CONFLICT (equipo_id) DO UPDATE SET conectado = 1`,
  );
  for (let i = 1; i <= n; i++) insert.run(`local-${i}`, `Hilo ${i} de esta máquina`);
  db.sql(
    `UPDATE equipos SET conectado = 0
      WHERE equipo_id GLOB 'local-[0-9]*' AND pool_id = 'local' AND CAST(substr(equipo_id, 7) AS INTEGER) > ?`,
  ).run(n);
};

/**
 * The local slots where an attempt can be opened now, at most one per thread: an operator switches one off with
 * `activo_sam` = 0, and one whose ejecución is still open takes no other.
 */
export const usableSlots = (db: Db, threads: number): readonly string[] =>
  db
    .sql(
      `SELECT equipo_id FROM equipos
        WHERE equipo_id GLOB 'local-[0-9]*' AND activo_sam = 1 AND conectado = 1
          AND NOT EXISTS (
            SELECT 1 FROM ejecuciones AS e
             WHERE e.equipo_id = equipos.equipo_id
               AND e.estado IN ${sqlList(activeStates)})
        ORDER BY CAST(substr(equipo_id, 7) AS INTEGER)`,
    )
    .all()
    .slice(0, threads)
    .map((row) => row.equipo_id as string);
