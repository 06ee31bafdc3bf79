import type { Db } from '#server/db/open.ts';

/** Something a person should know. `clave` is its identity: while one is open, the same clave only counts up. */
export type Aviso = {
  readonly clave: string;
  readonly nivel: 'CRITICO' | 'ALTO' | 'MEDIO';
  readonly ambito: 'SISTEMA' | 'ROBOT' | 'EQUIPO';
  readonly naturaleza: 'PERMANENTE' | 'TRANSITORIO' | 'UMBRAL' | 'RECUPERACION';
  /** Spanish, one line. */
  readonly titulo: string;
  /** Spanish: what happened and what to do. */
  readonly detalle?: string;
};

/** Opens the aviso, or counts one more of the open one. Call inside a transaction. */
export const raise = (db: Db, at: string, aviso: Aviso): void => {
  db.sql(
    `INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, detalle, abierto_at, ultimo_at)
     VALUES (@clave, @nivel, @ambito, @naturaleza, @titulo, @detalle, @at, @at)
     ON CONFLICT (clave) WHERE estado = 'abierto'
     DO UPDATE SET veces = veces + 1, ultimo_at = @at, titulo = @titulo, detalle = @detalle`,
  ).run({ ...aviso, detalle: aviso.detalle ?? null, at });
};

/** Closes the open aviso of that clave, if there is one; answers whether there was. Call inside a transaction. */
export const resolve = (db: Db, at: string, clave: string): boolean =>
  db.sql(`UPDATE avisos SET estado = 'resuelto', resuelto_at = ? WHERE clave = ? AND estado = 'abierto'`).run(at, clave).changes > 0;
