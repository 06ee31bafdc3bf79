import type { Db } from '#server/db/open.ts';
import type { Who } from '#server/historial/record.ts';
import type { equipoEventKinds } from './events.ts';

type Wanted = { readonly programacionId: string; readonly robotId: string; readonly equipoIds: readonly string[] };

/** Names of the machines that came and went. */
export type Assigned = { readonly added: readonly string[]; readonly removed: readonly string[] };

/**
 * Gives a programación exactly those machines. Machines that come are no longer lent by the balancer; those that leave the last
 * programación they were in are lent again, but only where it was a programación that had ended it: an operator may have had a
 * reason. Call it in the transaction of the verb.
 */
export const assign = (db: Db, at: string, wanted: Wanted, who: Who): Assigned => {
  const all = { ...wanted, equipoIds: JSON.stringify(wanted.equipoIds), at, usuario: who.usuario };
  const removed = idsOf(db.sql(removeOthers).all(pick(all, 'programacionId', 'equipoIds')));
  db.sql(takeBack).run(all.equipoIds);
  const added = idsOf(db.sql(addMissing).all(all));
  const withheld = idsOf(db.sql(withhold).all({ ids: JSON.stringify(wanted.equipoIds) }));
  const restored = idsOf(db.sql(restore).all({ ids: JSON.stringify(removed) }));
  tell(db, { ...all, kind: 'balance_withheld', ids: withheld });
  tell(db, { ...all, kind: 'balance_restored', ids: restored });
  return { added: namesOf(db, added), removed: namesOf(db, removed) };
};

const removeOthers = `DELETE FROM asignaciones WHERE programacion_id = @programacionId
  AND equipo_id NOT IN (SELECT value FROM json_each(@equipoIds)) RETURNING equipo_id`;

/** What the balancer had lent there: a run that goes on goes on. */
const takeBack = `DELETE FROM asignaciones
  WHERE es_programado = 0 AND reservado = 0 AND equipo_id IN (SELECT value FROM json_each(?))`;

const addMissing = `INSERT INTO asignaciones (robot_id, equipo_id, es_programado, reservado, programacion_id, asignado_por, fecha_asignacion)
  SELECT @robotId, value, 1, 0, @programacionId, @usuario, @at FROM json_each(@equipoIds)
  WHERE value NOT IN (SELECT equipo_id FROM asignaciones WHERE programacion_id = @programacionId AND es_programado = 1)
  ON CONFLICT DO UPDATE SET es_programado = 1, reservado = 0 RETURNING equipo_id`;

const withhold = `UPDATE equipos SET permite_balanceo_dinamico = 0
  WHERE permite_balanceo_dinamico <> 0 AND equipo_id IN (SELECT value FROM json_each(@ids)) RETURNING equipo_id`;

const restore = `UPDATE equipos SET permite_balanceo_dinamico = 1
  WHERE permite_balanceo_dinamico = 0 AND equipo_id IN (SELECT value FROM json_each(@ids))
    AND NOT EXISTS (SELECT 1 FROM asignaciones a WHERE a.equipo_id = equipos.equipo_id AND a.es_programado = 1)
    AND (SELECT kind FROM events e WHERE e.entity = 'equipo' AND e.entity_id = equipos.equipo_id
           AND e.kind IN ('balance_withheld', 'balance_restored', 'balance_decided') ORDER BY e.event_id DESC LIMIT 1) = 'balance_withheld'
  RETURNING equipo_id`;

type Told = {
  readonly at: string;
  readonly kind: (typeof equipoEventKinds)[number];
  readonly ids: readonly string[];
  readonly programacionId: string;
  readonly usuario: string;
};

const tell = (db: Db, { at, kind, ids, programacionId, usuario }: Told): void => {
  if (ids.length === 0) return;
  db.sql(
    `INSERT INTO events (at, entity, entity_id, kind, data, actor)
     SELECT @at, 'equipo', value, @kind, json_object('programacion', @programacionId), @usuario FROM json_each(@ids)`,
  ).run({ at, kind, programacionId, usuario, ids: JSON.stringify(ids) });
};

const idsOf = (rows: readonly Record<string, unknown>[]): string[] => rows.map((row) => String(row.equipo_id));

const namesOf = (db: Db, ids: readonly string[]): string[] =>
  db
    .sql('SELECT coalesce(e.equipo, value) AS name FROM json_each(?) LEFT JOIN equipos e ON e.equipo_id = value ORDER BY name')
    .all(JSON.stringify(ids))
    .map((row) => String(row.name));

const pick = <T extends object, K extends keyof T>(from: T, ...names: readonly K[]): Pick<T, K> =>
  Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
