import { type AccesoDeps, comprobar } from '#server/acceso/comprobar.ts';
import { claveTwiceProblems, type Texts } from '#server/acceso/fields.ts';
import type { Who } from '#server/acceso/identify.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { ponerClave } from '#server/usuarios/poner-clave.ts';

/** `but`: the session that asks, which goes on. */
export type OwnChange = { readonly usuarioId: number; readonly fields: Texts; readonly but: string | null };

/**
 * Changes the own password; every other session of the person ends. The present one is asked for (`actual`), because an
 * unattended screen is not its owner, and its failures count at the door.
 * Answers how long to wait after too many failures; 0 = done. @throws InvalidInputError by field
 */
export const cambiarClave = async (deps: AccesoDeps, { usuarioId, fields, but }: OwnChange, who: Who): Promise<number> => {
  const { actual = '', clave = '', clave_otra_vez: again = '' } = fields;
  const problems = claveTwiceProblems(clave, again);
  if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  const verdict = await comprobar(deps, { usuario: who.usuario, clave: actual, host: who.host });
  if (!verdict.right && verdict.restMs > 0) return verdict.restMs;
  if (!verdict.right) throw new InvalidInputError({ actual: 'No es la contraseña con la que entra ahora.' });
  await ponerClave(deps, { usuarioId, clave, but }, who);
  return 0;
};
