import type { Usuario } from '#server/acceso/queries.ts';
import type { Db } from '#server/db/open.ts';

export type ListedUser = Omit<Usuario, 'clave_hash'> & { readonly con_clave: number; readonly sesiones: number };

/** An open session, by the beginning of its hash: enough to tell it from the others, and no use to anybody. */
export type ListedSession = { readonly id: string; readonly created_at: string; readonly seen_at: string; readonly host: string | null };

const listed = `SELECT u.usuario_id, u.usuario, u.nombre, u.rol, u.activo, u.created_at, u.last_login_at,
    u.clave_hash IS NOT NULL AS con_clave,
    (SELECT count(*) FROM sesiones s WHERE s.usuario_id = u.usuario_id AND s.seen_at >= @since) AS sesiones
  FROM usuarios u`;

/** Everybody, those who may come in first. @param since sessions left alone since before that are over */
export const listUsers = (db: Db, since: string): ListedUser[] =>
  db.sql(`${listed} ORDER BY u.activo DESC, u.usuario`).all({ since }) as ListedUser[];

export const findListed = (db: Db, usuarioId: number, since: string): ListedUser | undefined =>
  db.sql(`${listed} WHERE u.usuario_id = @usuarioId`).get({ since, usuarioId }) as ListedUser | undefined;

/** The open sessions of a person, the one used last first. */
export const sessionsOf = (db: Db, usuarioId: number, since: string): ListedSession[] =>
  db
    .sql(
      `SELECT substr(sesion_hash, 1, 16) AS id, created_at, seen_at, host FROM sesiones
       WHERE usuario_id = ? AND seen_at >= ? ORDER BY seen_at DESC`,
    )
    .all(usuarioId, since) as ListedSession[];
