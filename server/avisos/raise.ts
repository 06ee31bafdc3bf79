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
  /** What else a person wants to know, by its Spanish name; no secrets. */
  readonly datos?: Readonly<Record<string, string>>;
  /** Spanish: what to do, in order, a sentence each. Whoever is woken by it must know where to begin. */
  readonly acciones: readonly [string, ...string[]];
};

/** CRITICO before ALTO before MEDIO, as a number. */
const gravity = (nivel: string): string => `instr('CRITICO ALTO MEDIO', ${nivel})`;

/**
 * Opens the aviso, or counts one more of the open one. One that gets worse is told anew, also to who had seen it. The cycle `avisar`
 * writes to people about it. Call inside a transaction.
 */
export const raise = (db: Db, at: string, aviso: Aviso): void => {
  const worse = `${gravity('@nivel')} < ${gravity('nivel')}`;
  const { detalle = null, datos = {}, acciones } = aviso;
  db.sql(
    `INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, detalle, datos, acciones, abierto_at, ultimo_at)
     VALUES (@clave, @nivel, @ambito, @naturaleza, @titulo, @detalle, @datos, @acciones, @at, @at)
     ON CONFLICT (clave) WHERE estado = 'abierto'
     DO UPDATE SET veces = veces + 1, ultimo_at = @at, titulo = @titulo, detalle = @detalle, datos = @datos, acciones = @acciones,
       nivel = @nivel, naturaleza = @naturaleza,
       avisado_at = iif(${worse}, NULL, avisado_at), visto_at = iif(${worse}, NULL, visto_at), visto_por = iif(${worse}, NULL, visto_por)`,
  ).run({ ...aviso, detalle, datos: JSON.stringify(datos), acciones: JSON.stringify(acciones), at });
};

/** Closes the open aviso of that clave, if there is one; answers whether there was. Call inside a transaction. */
export const resolve = (db: Db, at: string, clave: string): boolean =>
  db.sql(`UPDATE avisos SET estado = 'resuelto', resuelto_at = ? WHERE clave = ? AND estado = 'abierto'`).run(at, clave).changes > 0;
