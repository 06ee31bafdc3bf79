import type { Db } from '#server/db/open.ts';
import { type PageKey, pageSize } from '#server/lib/page.ts';

export type OpenAviso = {
  readonly id: number;
  readonly clave: string;
  readonly nivel: 'CRITICO' | 'ALTO' | 'MEDIO';
  readonly titulo: string;
  readonly detalle: string | null;
  readonly veces: number;
  readonly abierto_at: string;
  readonly ultimo_at: string;
};

/** More open ones than this are not shown at once. */
export const mostOpen = 200;

/** Each trámite to be reviewed has one of its own, shown at /revision: here they are one, `revision`. */
const listed = "clave NOT LIKE 'revision:%'";

const gravest = "CASE nivel WHEN 'CRITICO' THEN 0 WHEN 'ALTO' THEN 1 ELSE 2 END";

/** Avisos nobody has resolved, the gravest and newest first; at most so many. */
export const openAvisos = (db: Db, limit = mostOpen): OpenAviso[] =>
  db
    .sql(
      `SELECT aviso_id AS id, clave, nivel, titulo, detalle, veces, abierto_at, ultimo_at FROM avisos WHERE estado = 'abierto' AND ${listed}
        ORDER BY ${gravest}, ultimo_at DESC, aviso_id DESC LIMIT +?`,
    )
    .all(limit) as unknown as OpenAviso[];

export const isOpen = (db: Db, clave: string): boolean =>
  db.sql("SELECT 1 FROM avisos WHERE clave = ? AND estado = 'abierto'").get(clave) !== undefined;

export const countOpen = (db: Db): number =>
  db.sql(`SELECT count(*) AS n FROM avisos WHERE estado = 'abierto' AND ${listed}`).get()?.n as number;

/**
 * Whether somebody has asked for silence about that row of avisos at @now. A silence is about whole names: the one of equipo 3 says
 * nothing of equipo 31, the one of «a360» is about all that is of A360.
 */
export const silencedSql = (aviso: string): string => `EXISTS (SELECT 1 FROM silencios AS s
  WHERE s.levantado_at IS NULL AND s.desde <= @now AND s.hasta > @now AND (s.criticos = 1 OR ${aviso}.nivel <> 'CRITICO')
    AND substr(${aviso}.clave, 1, length(s.prefijo)) = s.prefijo
    AND (s.prefijo = '' OR substr(s.prefijo, -1) = ':' OR substr(${aviso}.clave, length(s.prefijo) + 1, 1) IN ('', ':')
         OR (instr(s.prefijo, ':') = 0 AND substr(${aviso}.clave, length(s.prefijo) + 1, 1) = '_')))`;

export type ListedAviso = OpenAviso & {
  readonly ambito: string;
  readonly naturaleza: string;
  readonly estado: string;
  readonly datos: string;
  readonly acciones: string;
  readonly resuelto_at: string | null;
  readonly silenced: number;
  /** When a letter about it last left. */
  readonly salido_at: string | null;
  /** Letters about it that have not left yet. */
  readonly esperan: number;
  readonly avisado_at: string | null;
  readonly visto_at: string | null;
  readonly visto_por: string | null;
};

export type Filter = {
  readonly now: string;
  readonly estado: 'abierto' | 'resuelto';
  readonly nivel: string | null;
  readonly ambito: string | null;
};

const columns = `aviso_id AS id, *, ${silencedSql('avisos')} AS silenced,
  (SELECT max(enviado_at) FROM envios AS e WHERE e.aviso_id = avisos.aviso_id) AS salido_at,
  (SELECT count(*) FROM envios AS e WHERE e.aviso_id = avisos.aviso_id AND e.estado = 'pendiente') AS esperan`;

/** One of them, open or not; null = there is none. */
export const findAviso = (db: Db, id: number, now: string): ListedAviso | null =>
  (db.sql(`SELECT ${columns} FROM avisos WHERE aviso_id = @id`).get({ id, now }) as unknown as ListedAviso | undefined) ?? null;

const wanted = `estado = @estado AND ${listed} AND (@nivel IS NULL OR nivel = @nivel) AND (@ambito IS NULL OR ambito = @ambito)`;

/** What is told beside each is looked up for those that are shown only. */
const shownOf = (ids: string, order: string): string =>
  `WITH shown AS MATERIALIZED (SELECT aviso_id AS wanted FROM avisos WHERE ${ids})
   SELECT ${columns} FROM shown CROSS JOIN avisos ON aviso_id = wanted ORDER BY ${order}`;

const gravestFirst = `${gravest}, ultimo_at DESC, aviso_id DESC`;

/** Open ones, the gravest and newest first; one more than are shown, if there are more. */
export const findOpen = (db: Db, filter: Filter): ListedAviso[] =>
  db
    .sql(shownOf(`${wanted} ORDER BY ${gravestFirst} LIMIT +@limit`, gravestFirst))
    .all({ ...filter, limit: mostOpen + 1 }) as unknown as ListedAviso[];

/** One page of the ended ones, the newest first; one row more than fits if there are more. */
export const findEnded = (db: Db, filter: Filter, key: PageKey | null): ListedAviso[] => {
  const older = key?.older ?? true;
  const cut = key === null ? '' : ` AND aviso_id ${older ? '<' : '>'} @id`;
  const order = `aviso_id ${older ? 'DESC' : 'ASC'}`;
  return db
    .sql(shownOf(`${wanted}${cut} ORDER BY ${order} LIMIT +@limit`, order))
    .all({ ...filter, limit: pageSize + 1, ...(key && { id: key.id }) }) as unknown as ListedAviso[];
};

export type ListedEnvio = {
  readonly id: number;
  readonly aviso: number | null;
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

const envioColumns =
  'SELECT envio_id AS id, aviso_id AS aviso, canal, motivo, asunto, estado, intentos, proximo_at, creado_at, enviado_at, error FROM envios';

/** What was written about one aviso, the newest first; no more than a page. */
export const findEnviosOf = (db: Db, aviso: number): ListedEnvio[] =>
  db.sql(`${envioColumns} WHERE aviso_id = ? ORDER BY envio_id DESC LIMIT +?`).all(aviso, pageSize) as unknown as ListedEnvio[];

/** One page of what is to be sent and was, the newest first. */
export const findEnvios = (db: Db, key: PageKey | null): ListedEnvio[] => {
  const older = key?.older ?? true;
  return db
    .sql(
      `${envioColumns}
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
