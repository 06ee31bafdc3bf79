import type { Db } from '#server/db/open.ts';
import type { Rol } from './permisos.ts';

export type Usuario = {
  readonly usuario_id: number;
  readonly usuario: string;
  readonly nombre: string;
  readonly rol: Rol;
  readonly clave_hash: string | null;
  readonly activo: number;
  readonly created_at: string;
  readonly last_login_at: string | null;
};

/** An open session with the person it belongs to. */
export type Session = Pick<Usuario, 'usuario_id' | 'usuario' | 'rol' | 'activo'> & {
  readonly sesion_hash: string;
  readonly seen_at: string;
};

export const hasUsers = (db: Db): boolean => db.sql('SELECT 1 FROM usuarios LIMIT 1').get() !== undefined;

export const findByName = (db: Db, usuario: string): Usuario | undefined =>
  db.sql('SELECT * FROM usuarios WHERE usuario = ?').get(usuario) as Usuario | undefined;

export const findById = (db: Db, usuarioId: number): Usuario | undefined =>
  db.sql('SELECT * FROM usuarios WHERE usuario_id = ?').get(usuarioId) as Usuario | undefined;

export const findSession = (db: Db, hash: string): Session | undefined =>
  db
    .sql(
      `SELECT s.sesion_hash, s.seen_at, u.usuario_id, u.usuario, u.rol, u.activo
       FROM sesiones s JOIN usuarios u ON u.usuario_id = s.usuario_id WHERE s.sesion_hash = ?`,
    )
    .get(hash) as Session | undefined;

/** People who may come in now. */
export const countActive = (db: Db): number => db.sql('SELECT count(*) AS n FROM usuarios WHERE activo = 1').get()?.n as number;

/** Active administrators who can sign in: with a password of their own, or named by the proxy where there is one. */
export const countAdministrators = (db: Db, byProxy: boolean): number =>
  db
    .sql("SELECT count(*) AS n FROM usuarios WHERE activo = 1 AND rol = 'administrador' AND (clave_hash IS NOT NULL OR @proxy = 1)")
    .get({ proxy: byProxy ? 1 : 0 })?.n as number;
