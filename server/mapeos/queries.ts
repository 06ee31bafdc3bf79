import type { Db } from '#server/db/open.ts';
import { type TextKey, walkSql } from '#server/lib/text-page.ts';

export type ListedMapeo = {
  readonly mapeo_id: number;
  readonly proveedor: string;
  readonly nombre_externo: string;
  readonly robot_id: string;
  readonly descripcion: string;
  /** null = no robot of A360 has that id. */
  readonly robot: string | null;
};

const listed = `SELECT mapeo_id, proveedor, nombre_externo, robot_id, descripcion,
    (SELECT r.robot FROM robots AS r WHERE r.robot_id = mapeo_robots.robot_id AND r.kind = 'a360') AS robot
  FROM mapeo_robots`;

/** One page by name, with one row more than fits if there are more. */
export const findMapeos = (db: Db, key: TextKey | null, limit: number): ListedMapeo[] => {
  const { cut, by } = walkSql('mapeo_robots', 'mapeo_id', 'lower(nombre_externo)', key);
  return db.sql(`${listed} WHERE true${cut} ${by} LIMIT +@limit`).all({ limit, ...(key && { key: Number(key.id) }) }) as ListedMapeo[];
};

export const findMapeo = (db: Db, mapeoId: number): ListedMapeo | undefined =>
  db.sql(`${listed} WHERE mapeo_id = ?`).get(mapeoId) as ListedMapeo | undefined;

/** Robots of A360, by name. */
export const a360Robots = (db: Db): { readonly robot_id: string; readonly robot: string }[] =>
  db.sql("SELECT robot_id, robot FROM robots WHERE kind = 'a360' ORDER BY lower(robot), robot_id").all() as {
    robot_id: string;
    robot: string;
  }[];
