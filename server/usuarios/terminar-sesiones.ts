import type { Who } from '#server/acceso/identify.ts';
import { closeSessionsOf } from '#server/acceso/sesiones.ts';
import { audit } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { UsuariosDeps } from './crear.ts';
import { findUser } from './editar.ts';

/** Ends the sessions of a person, but one if it is given. @throws NotFoundError */
export const terminarSesiones = ({ db, clock }: UsuariosDeps, usuarioId: number, but: string | null, who: Who): Promise<void> =>
  db.write(() => {
    const { usuario } = findUser({ db }, usuarioId);
    const sesiones = closeSessionsOf(db, usuarioId, but);
    if (sesiones === 0) return;
    const subject = { entidad: 'usuario', entidadId: usuario, despues: { sesiones_terminadas: sesiones } };
    audit(db, isoNow(clock), { usuario: who.usuario, host: who.host, accion: 'terminar_sesiones', ...subject });
  });
