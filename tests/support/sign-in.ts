import { addUser } from '#server/acceso/alta.ts';
import { hashClave } from '#server/acceso/clave.ts';
import { sessionCookie } from '#server/acceso/identify.ts';
import type { Rol } from '#server/acceso/permisos.ts';
import { findByName } from '#server/acceso/queries.ts';
import { openSession } from '#server/acceso/sesiones.ts';
import { isoNow } from '#server/lib/clock.ts';
import type { PageHouse } from './house.ts';

/** The password of everybody in the tests. */
export const sampleClave = 'una frase larga de prueba';
let sampleHash: Promise<string> | null = null;

/** Makes a user named like its role (or as given) with `sampleClave`, and answers its id. */
export const addSampleUser = async (house: PageHouse, rol: Rol, usuario: string = rol): Promise<number> => {
  sampleHash ??= hashClave(sampleClave);
  const claveHash = await sampleHash;
  const known = findByName(house.db, usuario);
  if (known) return known.usuario_id;
  const by = { usuario: 'prueba' };
  return house.db.write(() => addUser(house.db, isoNow(house.deps.clock), { usuario, nombre: `Persona ${usuario}`, rol, claveHash }, by));
};

/**
 * Signs somebody of that role in and answers the headers to go on with: `visit(house, '/', await signIn(house, 'revisor'))`.
 * From the first one on the house has users: whoever brings no session is a stranger.
 */
export const signIn = async (house: PageHouse, rol: Rol, usuario: string = rol): Promise<{ cookie: string }> => {
  const usuarioId = await addSampleUser(house, rol, usuario);
  const secret = await house.db.write(() => openSession(house.db, isoNow(house.deps.clock), { usuarioId, host: '127.0.0.1' }));
  return { cookie: `${sessionCookie}=${secret}` };
};
