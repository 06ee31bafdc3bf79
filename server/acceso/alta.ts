import type { Db } from '#server/db/open.ts';
import { audit } from '#server/historial/record.ts';
import type { Rol } from './permisos.ts';

export type NewUser = { readonly usuario: string; readonly nombre: string; readonly rol: Rol; readonly claveHash: string | null };

type By = { readonly usuario: string; readonly host?: string };

/** Writes a new user and who made it; the book never sees a password nor its hash. Call it inside a transaction. */
export const addUser = (db: Db, at: string, user: NewUser, by: By): number => {
  const { lastInsertRowid } = db
    .sql('INSERT INTO usuarios (usuario, nombre, rol, clave_hash, created_at) VALUES (@usuario, @nombre, @rol, @claveHash, @at)')
    .run({ ...user, at });
  const despues = { nombre: user.nombre, rol: user.rol, con_clave: user.claveHash !== null };
  audit(db, at, { ...by, accion: 'crear', entidad: 'usuario', entidadId: user.usuario, despues });
  return Number(lastInsertRowid);
};
