import { type Aviso, raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { refusedCode } from './tell-refused.ts';

/** Who refuses to be written has answered all the same, and has an aviso of its own. */
export const answered = (failure: Error | null): boolean => !failure || (failure instanceof OrigenError && failure.code === refusedCode);

const claves = { credenciales: 'origen_credenciales', noResponde: 'origen_no_responde' } as const;

/** How the source of the recursos does: it answers, it does not, or it does not let us in. Call inside a transaction. */
export const tellSource = (db: Db, at: string, failure: Error | null): void => {
  const denied = failure instanceof OrigenError && failure.code === 'origen_acceso_denegado';
  // Who rejects a password is there.
  if (answered(failure) || denied) resolve(db, at, claves.noResponde);
  if (answered(failure)) resolve(db, at, claves.credenciales);
  else if (failure instanceof OrigenError) raise(db, at, denied ? rejected(failure) : away(failure));
};

const meanwhile = 'Mientras tanto no se reclama nada; los robots siguen con lo que ya está en la cola.';

const rejected = ({ message }: OrigenError): Aviso => ({
  ...{ clave: claves.credenciales, nivel: 'CRITICO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' },
  titulo: 'El origen de los recursos rechaza las credenciales',
  detalle: `${message} ${meanwhile}`,
  acciones: [
    'Compruebe con quien lleva SQL Server que el usuario existe, no está bloqueado y su contraseña no ha caducado.',
    'Corrija el usuario o la contraseña en ORIGEN_URL y reinicie Cerebro.',
  ],
});

const away = ({ message }: OrigenError): Aviso => ({
  ...{ clave: claves.noResponde, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' },
  titulo: 'El origen de los recursos no responde',
  detalle: `${message} ${meanwhile}`,
  acciones: [
    'Compruebe que el servidor del origen está encendido y se llega a él.',
    'Compruebe ORIGEN_URL y sus credenciales con «npm run doctor».',
  ],
});
