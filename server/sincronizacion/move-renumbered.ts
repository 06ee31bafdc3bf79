import type { Db } from '#server/db/open.ts';

/**
 * A machine that was registered again comes with its host name under a new id: the row takes the new id and keeps everything, and
 * with it go its assignments, runs, suspensions and open avisos. Only where the old id is missing from the listing and the new one is unknown
 * here; several that were called the same are paired at once, the one seen last first. Call inside the transaction of the merge; answers how many moved.
 */
export const moveRenumbered = (db: Db): number => {
  const found = db.sql(pairs).all() as { vieja: string; nueva: string }[];
  if (found.length === 0) return 0;
  const moves = JSON.stringify(found);
  for (const table of ['asignaciones', 'ejecuciones', 'suspensiones']) db.sql(repoint(table)).run(moves);
  // What the new id had of its own already (another program wrote it) stays; what could not go beside it is the same again.
  for (const left of ['asignaciones WHERE', 'suspensiones WHERE reanudada_at IS NULL AND'])
    db.sql(`DELETE FROM ${left} equipo_id IN (SELECT value ->> 'vieja' FROM json_each(?))`).run(moves);
  moveAvisos(db, new Map(found.map(({ vieja, nueva }) => [vieja, nueva])));
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
    FROM vieja JOIN nueva ON nueva.nombre = vieja.nombre AND nueva.turno = vieja.turno`;

/** OR IGNORE: a row that would meet its like at the new id stays where it is. */
const repoint = (table: string): string => `
  UPDATE OR IGNORE ${table} SET equipo_id = m.value ->> 'nueva' FROM json_each(?) AS m WHERE ${table}.equipo_id = m.value ->> 'vieja'`;

const rename = `UPDATE equipos SET equipo_id = m.value ->> 'nueva' FROM json_each(?) AS m WHERE equipos.equipo_id = m.value ->> 'vieja'`;

/** Open avisos end their `clave` with the id of the machine they are about: `equipo_412:31`, `suspendido:4711:31`. */
const ofMachines = /^((?:equipo_412|suspendido):(?:.*:)?)([^:]+)$/;

/** One that meets its like at the new id is counted into it and closed: nothing that is open is lost, and nothing stays open for ever. */
const moveAvisos = (db: Db, moves: ReadonlyMap<string, string>): void => {
  const open = db.sql("SELECT aviso_id, clave FROM avisos WHERE estado = 'abierto'").all() as { aviso_id: number; clave: string }[];
  const renamed = open.flatMap(({ aviso_id, clave }) => {
    const [, before = '', id = ''] = ofMachines.exec(clave) ?? [];
    const to = moves.get(id);
    return to === undefined ? [] : [{ aviso_id, clave: before + to }];
  });
  if (renamed.length === 0) return;
  const values = JSON.stringify(renamed);
  db.sql(renameAvisos).run(values);
  db.sql(countAvisos).run(values);
  db.sql(closeAvisos).run(values);
};

const renameAvisos = `
  UPDATE OR IGNORE avisos SET clave = m.value ->> 'clave' FROM json_each(?) AS m WHERE avisos.aviso_id = m.value ->> 'aviso_id'`;

/** Those that could not be renamed: another open one has the name. */
const stuck = `json_each(?) AS m JOIN avisos AS vieja ON vieja.aviso_id = m.value ->> 'aviso_id' AND vieja.clave <> m.value ->> 'clave'`;

const countAvisos = `
  UPDATE avisos SET veces = avisos.veces + s.veces, ultimo_at = max(avisos.ultimo_at, s.ultimo_at)
    FROM (SELECT m.value ->> 'clave' AS clave, vieja.veces, vieja.ultimo_at FROM ${stuck}) AS s
   WHERE avisos.clave = s.clave AND avisos.estado = 'abierto'`;

const closeAvisos = `
  UPDATE avisos SET estado = 'resuelto', resuelto_at = ultimo_at WHERE aviso_id IN (SELECT vieja.aviso_id FROM ${stuck})`;
