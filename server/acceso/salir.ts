import { audit } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { AccesoDeps } from './comprobar.ts';
import type { Who } from './identify.ts';
import { closeSession } from './sesiones.ts';

/** Ends one session of whoever asks. */
export const salir = ({ db, clock }: AccesoDeps, hash: string, who: Who): Promise<void> =>
  db.write(() => {
    if (!closeSession(db, hash)) return;
    audit(db, isoNow(clock), { usuario: who.usuario, host: who.host, accion: 'salir', entidad: 'usuario', entidadId: who.usuario });
  });
