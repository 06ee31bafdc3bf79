import type { Db } from '#server/db/open.ts';

export type OpenAviso = {
  readonly clave: string;
  readonly nivel: 'CRITICO' | 'ALTO' | 'MEDIO';
  readonly titulo: string;
  readonly detalle: string | null;
  readonly veces: number;
  readonly abierto_at: string;
  readonly ultimo_at: string;
};

/** Avisos nobody has resolved, the gravest and newest first. */
export const openAvisos = (db: Db): OpenAviso[] =>
  db
    .sql(
      `SELECT clave, nivel, titulo, detalle, veces, abierto_at, ultimo_at FROM avisos WHERE estado = 'abierto'
        ORDER BY CASE nivel WHEN 'CRITICO' THEN 0 WHEN 'ALTO' THEN 1 ELSE 2 END, ultimo_at DESC`,
    )
    .all() as unknown as OpenAviso[];
