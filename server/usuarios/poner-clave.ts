import { hashClave } from '#server/acceso/clave.ts';
import { claveProblem } from '#server/acceso/fields.ts';
import type { Who } from '#server/acceso/identify.ts';
import { closeSessionsOf } from '#server/acceso/sesiones.ts';
import { audit } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import type { UsuariosDeps } from './crear.ts';
import { findUser } from './editar.ts';

/** `but`: the session that goes on, of whoever changes the own password. */
export type NewClave = { readonly usuarioId: number; readonly clave: string; readonly but: string | null };

/**
 * Gives a user another password and ends its sessions: whoever knew the old one is out.
 * @throws InvalidInputError at `clave`, NotFoundError
 */
export const ponerClave = async ({ db, clock }: UsuariosDeps, { usuarioId, clave, but }: NewClave, who: Who): Promise<void> => {
  const problem = claveProblem(clave);
  if (problem !== undefined) throw new InvalidInputError({ clave: problem });
  const claveHash = await hashClave(clave);
  await db.write(() => {
    const { usuario } = findUser({ db }, usuarioId);
    db.sql('UPDATE usuarios SET clave_hash = ? WHERE usuario_id = ?').run(claveHash, usuarioId);
    const sesiones = closeSessionsOf(db, usuarioId, but);
    const subject = { entidad: 'usuario', entidadId: usuario, despues: { sesiones_terminadas: sesiones } };
    audit(db, isoNow(clock), { usuario: who.usuario, host: who.host, accion: 'cambiar_clave', ...subject });
  });
};
