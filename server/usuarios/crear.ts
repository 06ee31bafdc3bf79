import { keepAnAdministrator } from '#server/acceso/administrador.ts';
import { addUser } from '#server/acceso/alta.ts';
import { hashClave } from '#server/acceso/clave.ts';
import { claveProblem, nameOf, nombreProblem, problemsOf, readRol, type Texts, usuarioProblem } from '#server/acceso/fields.ts';
import type { Who } from '#server/acceso/identify.ts';
import { findByName } from '#server/acceso/queries.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';

export type UsuariosDeps = Pick<Deps, 'db' | 'clock' | 'config'>;

/**
 * A new user from its form (`usuario`, `nombre`, `rol`, `clave`; without `clave` only the proxy can bring it in).
 * Answers its id. @throws InvalidInputError by field.
 */
export const crear = async ({ db, clock, config }: UsuariosDeps, form: Texts, who: Who): Promise<number> => {
  const usuario = nameOf(form.usuario);
  const nombre = (form.nombre ?? '').trim();
  const rol = readRol(form.rol);
  const clave = form.clave ?? '';
  const problems = problemsOf({
    usuario: usuarioProblem(usuario),
    nombre: nombreProblem(nombre),
    rol: rol === undefined ? 'Elija un rol.' : undefined,
    clave: clave === '' ? undefined : claveProblem(clave),
  });
  if (rol === undefined || Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  const claveHash = clave === '' ? null : await hashClave(clave);
  return db.write(() => {
    if (findByName(db, usuario)) throw new InvalidInputError({ usuario: `Ya hay un usuario «${usuario}».` });
    const usuarioId = addUser(db, isoNow(clock), { usuario, nombre, rol, claveHash }, { usuario: who.usuario, host: who.host });
    keepAnAdministrator(db, config, rol === 'administrador' ? 'clave' : 'rol');
    return usuarioId;
  });
};
