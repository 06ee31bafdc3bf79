import type { Db } from '#server/db/open.ts';

/**
 * A machine that was registered again comes with its host name under a new id: the row takes the new id and keeps everything, and
 * with it go its assignments, runs and suspensions. Only where the old id is missing from the listing and the new one is unknown
 * here; of two that were called the same, the one seen last. Call inside the transaction of the merge; answers how many moved.
 */
export const moveRenumbered = (db: Db): number => {
  const found = db.sql(pairs).all() as { vieja: string; nueva: string }[];
  if (found.length === 0) return 0;
  const moves = JSON.stringify(found);
  for (const table of ['asignaciones', 'ejecuciones', 'suspensiones']) db.sql(repoint(table)).run(moves);
  // What the new id had of its own already (another program wrote it) stays; what could not go beside it is the same again.
  db.sql(`DELETE FROM asignaciones WHERE equipo_id IN (SELECT value ->> 'vieja' FROM json_each(?))`).run(moves);
  return db.sql(rename).run(moves).changes;
};

const pairs = `
  WITH vieja AS (
         SELECT equipo_id, lower(equipo) AS nombre,
                row_number() OVER (PARTITION BY lower(equipo) ORDER BY presente_en_a360 DESC, rowid DESC) AS turno
           FROM equipos
          WHERE manual = 0 AND equipo_id NOT GLOB 'local-*' AND coalesce(pool_id, '') <> 'local'
            AND equipo_id NOT IN (SELECT equipo_id FROM temp.listado_equipos)),
       nueva AS (
         SELECT equipo_id, lower(equipo) AS nombre, row_number() OVER (PARTITION BY lower(equipo) ORDER BY nuevo DESC, equipo_id) AS turno
           FROM temp.listado_equipos
          WHERE equipo_id NOT IN (SELECT equipo_id FROM equipos))
  SELECT vieja.equipo_id AS vieja, nueva.equipo_id AS nueva
    FROM vieja JOIN nueva ON nueva.nombre = vieja.nombre WHERE vieja.turno = 1 AND nueva.turno = 1`;

/** OR IGNORE: a row that would meet its like at the new id stays where it is. */
const repoint = (table: string): string => `
  UPDATE OR IGNORE ${table} SET equipo_id = m.value ->> 'nueva' FROM json_each(?) AS m WHERE ${table}.equipo_id = m.value ->> 'vieja'`;

const rename = `UPDATE equipos SET equipo_id = m.value ->> 'nueva' FROM json_each(?) AS m WHERE equipos.equipo_id = m.value ->> 'vieja'`;
