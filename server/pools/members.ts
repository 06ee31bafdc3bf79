import type { Db } from '#server/db/open.ts';

/** A robot or an equipo, and the pool it is in. */
export type Member = { readonly id: string; readonly name: string; readonly pool: string | null };

const kinds = {
  robots: { id: 'robot_id', name: 'robot', only: "kind = 'a360'" },
  equipos: { id: 'equipo_id', name: 'equipo', only: "equipo_id NOT GLOB 'local-*' AND coalesce(pool_id, '') <> 'local'" },
} as const;

export const mostShown = 100;

/** Those in the pool, by name, as many as are shown at once. */
export const membersOf = (db: Db, table: keyof typeof kinds, poolId: string): Member[] => {
  const { id, name } = kinds[table];
  return db
    .sql(
      `SELECT ${id} AS id, ${name} AS name, pool_id AS pool FROM ${table} WHERE pool_id = @poolId ORDER BY lower(${name}), ${id} LIMIT +@most`,
    )
    .all({ poolId, most: mostShown }) as unknown as Member[];
};

/** Those elsewhere, by part of their name or their id; those of the General pool first. */
export const othersFor = (db: Db, table: keyof typeof kinds, poolId: string, q: string): Member[] => {
  const { id, name, only } = kinds[table];
  return db
    .sql(
      `SELECT ${id} AS id, ${name} AS name, (SELECT nombre FROM pools WHERE pools.pool_id = ${table}.pool_id) AS pool FROM ${table}
        WHERE pool_id IS NOT @poolId AND ${only} AND (@q = '' OR instr(lower(${name}), lower(@q)) OR ${id} = @q)
        ORDER BY pool_id IS NOT NULL, lower(${name}), ${id} LIMIT +50`,
    )
    .all({ poolId, q }) as unknown as Member[];
};
