import type { Db } from '#server/db/open.ts';

export type Pool = { readonly pool_id: string; readonly nombre: string; readonly descripcion: string; readonly activo: number };

/** The pool of the threads of this machine: nobody enters nor leaves it. */
export const localPool = 'local';

export type ListedPool = Pool & { readonly robots: number; readonly equipos: number };

const listed = `SELECT p.pool_id, p.nombre, p.descripcion, p.activo,
    (SELECT count(*) FROM robots WHERE pool_id = p.pool_id) AS robots,
    (SELECT count(*) FROM equipos WHERE pool_id = p.pool_id) AS equipos
  FROM pools AS p`;

/** By name, with how many robots and equipos each has. */
export const listPools = (db: Db): ListedPool[] => db.sql(`${listed} ORDER BY lower(p.nombre), p.pool_id`).all() as unknown as ListedPool[];

export const findPool = (db: Db, poolId: string): ListedPool | undefined =>
  db.sql(`${listed} WHERE p.pool_id = ?`).get(poolId) as unknown as ListedPool | undefined;

/** What stands in no pool, or in one that is gone: the General one. */
export const countGeneral = (db: Db): { readonly robots: number; readonly equipos: number } =>
  db
    .sql(
      `SELECT (SELECT count(*) FROM robots WHERE kind = 'a360' AND ${inNone}) AS robots, (SELECT count(*) FROM equipos WHERE ${inNone}) AS equipos`,
    )
    .get() as { robots: number; equipos: number };

const inNone = `(pool_id IS NULL OR pool_id NOT IN (SELECT pool_id FROM pools UNION SELECT '${localPool}'))`;

/** What a form offers as pool of a robot or an equipo. */
export const poolChoices = (db: Db): { readonly pool_id: string; readonly nombre: string }[] =>
  db.sql('SELECT pool_id, nombre FROM pools WHERE pool_id <> ? ORDER BY lower(nombre)').all(localPool) as {
    pool_id: string;
    nombre: string;
  }[];

/** Why that cannot be the pool of anything (null is the General one); undefined when it can. */
export const poolProblem = (db: Db, poolId: string | null): string | undefined => {
  if (poolId === null) return undefined;
  if (poolId === localPool) return 'El pool «local» es el de los hilos de esta máquina.';
  return db.sql('SELECT 1 FROM pools WHERE pool_id = ?').get(poolId) ? undefined : 'Ese pool no existe.';
};
