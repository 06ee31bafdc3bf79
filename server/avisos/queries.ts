import type { Db } from '#server/db/open.ts';
import { type PageKey, pageSize } from '#server/lib/page.ts';

export type OpenAviso = {
  readonly clave: string;
  readonly nivel: 'CRITICO' | 'ALTO' | 'MEDIO';
  readonly titulo: string;
  readonly detalle: string | null;
  readonly veces: number;
  readonly abierto_at: string;
  readonly ultimo_at: string;
};

const gravest = "CASE nivel WHEN 'CRITICO' THEN 0 WHEN 'ALTO' THEN 1 ELSE 2 END";

/** Avisos nobody has resolved, the gravest and newest first. */
export const openAvisos = (db: Db): OpenAviso[] =>
  db
    .sql(
      `SELECT clave, nivel, titulo, detalle, veces, abierto_at, ultimo_at FROM avisos WHERE estado = 'abierto'
        ORDER BY ${gravest}, ultimo_at DESC`,
    )
    .all() as unknown as OpenAviso[];

/** Each trámite to be reviewed has one of its own, shown at /revision: here they are one, `revision`. */
const listed = "clave NOT LIKE 'revision:%'";

export const countOpen = (db: Db): number =>
  db.sql(`SELECT count(*) AS n FROM avisos WHERE estado = 'abierto' AND ${listed}`).get()?.n as number;

export type ListedAviso = OpenAviso & {
  readonly id: number;
  readonly ambito: string;
  readonly naturaleza: string;
  readonly estado: string;
  readonly datos: string;
  readonly acciones: string;
  readonly resuelto_at: string | null;
  readonly avisado_at: string | null;
  readonly visto_at: string | null;
  readonly visto_por: string | null;
};

export type Filter = { readonly estado: 'abierto' | 'resuelto'; readonly nivel: string | null; readonly ambito: string | null };

const chosen = `SELECT aviso_id AS id, * FROM avisos
  WHERE estado = @estado AND ${listed} AND (@nivel IS NULL OR nivel = @nivel) AND (@ambito IS NULL OR ambito = @ambito)`;

/** More open ones than this are not shown at once. */
export const mostOpen = 200;

/** Open ones, the gravest and newest first; one more than are shown, if there are more. */
export const findOpen = (db: Db, filter: Filter): ListedAviso[] =>
  db
    .sql(`${chosen} ORDER BY ${gravest}, ultimo_at DESC, aviso_id DESC LIMIT +@limit`)
    .all({ ...filter, limit: mostOpen + 1 }) as unknown as ListedAviso[];

/** One page of the ended ones, the newest first; one row more than fits if there are more. */
export const findEnded = (db: Db, filter: Filter, key: PageKey | null): ListedAviso[] => {
  const older = key?.older ?? true;
  const cut = key === null ? '' : ` AND aviso_id ${older ? '<' : '>'} @id`;
  return db
    .sql(`${chosen}${cut} ORDER BY aviso_id ${older ? 'DESC' : 'ASC'} LIMIT +@limit`)
    .all({ ...filter, limit: pageSize + 1, ...(key && { id: key.id }) }) as unknown as ListedAviso[];
};

export type ListedEnvio = {
  readonly id: number;
  readonly canal: string;
  readonly motivo: string;
  readonly asunto: string;
  readonly estado: string;
  readonly intentos: number;
  readonly proximo_at: string | null;
  readonly creado_at: string;
  readonly enviado_at: string | null;
  readonly error: string | null;
};

/** One page of what is to be sent and was, the newest first. */
export const findEnvios = (db: Db, key: PageKey | null): ListedEnvio[] => {
  const older = key?.older ?? true;
  return db
    .sql(
      `SELECT envio_id AS id, canal, motivo, asunto, estado, intentos, proximo_at, creado_at, enviado_at, error FROM envios
        WHERE (@id IS NULL OR envio_id ${older ? '<' : '>'} @id) ORDER BY envio_id ${older ? 'DESC' : 'ASC'} LIMIT +@limit`,
    )
    .all({ id: key?.id ?? null, limit: pageSize + 1 }) as unknown as ListedEnvio[];
};

export type Silencio = {
  readonly id: number;
  readonly prefijo: string;
  readonly criticos: number;
  readonly motivo: string;
  readonly desde: string;
  readonly hasta: string;
  readonly usuario: string | null;
};

/** Those that hold now. */
export const findSilencios = (db: Db, now: string): Silencio[] =>
  db
    .sql(
      `SELECT silencio_id AS id, prefijo, criticos, motivo, desde, hasta, usuario FROM silencios
        WHERE levantado_at IS NULL AND hasta > ? ORDER BY hasta, silencio_id`,
    )
    .all(now) as unknown as Silencio[];
