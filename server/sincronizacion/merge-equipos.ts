import type { Db } from '#server/db/open.ts';
import type { Device } from '#server/gateways/a360/a360.ts';
import type { Pacer } from '#server/lib/pacer.ts';
import { keepDubious } from './dudosas.ts';
import type { Merged } from './merge-robots.ts';
import { moveRenumbered } from './move-renumbered.ts';
import { addedInDoubt } from './queries.ts';
import { doubtOf, type KnownUser, stageDevice } from './rules.ts';
import { fillStage, type Stage } from './stage.ts';

const stage: Stage = {
  table: 'temp.listado_equipos',
  columns: ['equipo_id', 'equipo', 'user_id', 'user_name', 'licencia', 'user_activo', 'conectado', 'nuevo'],
};

/**
 * Brings the devices of a complete listing into `equipos`, connected or not. Operator columns (`activo_sam`,
 * `permite_balanceo_dinamico`, `pool_id`) are written once, when a machine is added. Local slots are none of A360's business,
 * and what a person added is never given up.
 */
export const mergeEquipos = async (
  db: Db,
  pacer: Pacer,
  devices: readonly Device[],
  users: ReadonlyMap<string, KnownUser>,
): Promise<Merged> => {
  const theirs = devices.filter((device) => !/^local-/.test(device.id));
  await fillStage(db, stage, pacer, theirs, (device) => stageDevice(device, users));
  await pacer.rest();
  return db.write(() => apply(db, theirs.length));
};

const apply = (db: Db, vistos: number): Merged => {
  const moved = moveRenumbered(db);
  const cambiados = db.sql(update).run().changes;
  const { known, gone } = db.sql(absences).get() as { known: number; gone: number };
  const doubt = doubtOf('equipos', vistos, known - addedInDoubt(db, 'equipos'), gone);
  const nuevos = db.sql(insert).run().changes;
  const ausentes = doubt === null && gone > 0 ? db.sql(flagAbsent).run().changes : 0;
  keepDubious(db, 'equipos', doubt === null ? null : `SELECT equipo_id AS id FROM equipos WHERE ${missing}`);
  const told =
    moved === 0
      ? null
      : `${moved === 1 ? 'Un equipo ha vuelto' : `${moved} equipos han vuelto`} a A360 con otro identificador y conservan lo suyo.`;
  return { vistos, nuevos, cambiados, ausentes, doubt, told };
};

const update = `
  UPDATE equipos
     SET equipo = l.equipo, user_id = l.user_id, user_name = l.user_name, licencia = l.licencia, user_activo = l.user_activo,
         conectado = l.conectado, presente_en_a360 = 1
    FROM temp.listado_equipos AS l
   WHERE equipos.equipo_id = l.equipo_id
     AND (equipos.equipo, equipos.user_id, equipos.user_name, equipos.licencia, equipos.user_activo, equipos.conectado, equipos.presente_en_a360)
         IS NOT (l.equipo, l.user_id, l.user_name, l.licencia, l.user_activo, l.conectado, 1)`;

/** What absences are judged by: machines A360 told of once, still there at the last good listing. */
const tracked = `manual = 0 AND presente_en_a360 = 1 AND equipo_id NOT GLOB 'local-*' AND coalesce(pool_id, '') <> 'local'`;

const missing = `${tracked} AND equipo_id NOT IN (SELECT equipo_id FROM temp.listado_equipos)`;

const absences = `
  SELECT count(*) AS known, count(*) FILTER (WHERE equipo_id NOT IN (SELECT equipo_id FROM temp.listado_equipos)) AS gone
    FROM equipos WHERE ${tracked}`;

const flagAbsent = `UPDATE equipos SET presente_en_a360 = 0 WHERE ${missing}`;

const insert = `
  INSERT INTO equipos (equipo_id, equipo, user_id, user_name, licencia, user_activo, conectado, activo_sam, permite_balanceo_dinamico)
  SELECT equipo_id, equipo, user_id, user_name, licencia, user_activo, conectado, 1, 1
    FROM temp.listado_equipos WHERE nuevo = 1 AND equipo_id NOT IN (SELECT equipo_id FROM equipos)`;
