import type { AccesoDeps } from '#server/acceso/comprobar.ts';
import type { Who } from '#server/acceso/identify.ts';
import { salir } from '#server/acceso/salir.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { findSessionOf } from './queries.ts';

/** Ends one session of the person who asks, by the beginning of its hash; answers the whole of it. @throws NotFoundError */
export const terminar = async (deps: AccesoDeps, usuarioId: number, id: string, who: Who): Promise<string> => {
  const hash = findSessionOf(deps.db, usuarioId, id);
  if (hash === undefined) throw new NotFoundError('Esa sesión ya había terminado.');
  await salir(deps, hash, who);
  return hash;
};
