import { keepAnAdministrator } from '#server/acceso/administrador.ts';
import { nombreProblem, problemsOf, readRol, type Texts } from '#server/acceso/fields.ts';
import type { Who } from '#server/acceso/identify.ts';
import { findById, type Usuario } from '#server/acceso/queries.ts';
import { closeSessionsOf } from '#server/acceso/sesiones.ts';
import { audit } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import type { UsuariosDeps } from './crear.ts';

/** @throws NotFoundError */
export const findUser = ({ db }: Pick<UsuariosDeps, 'db'>, usuarioId: number): Usuario => {
  const user = findById(db, usuarioId);
  if (!user) throw new NotFoundError('No hay ningún usuario con ese número.');
  return user;
};

type Columns = { readonly nombre: string; readonly rol: string; readonly activo: number };

/**
 * Name, role and whether it may come in (`nombre`, `rol`, `activo`); what is not sent stays. Switched off, its sessions end.
 * @throws InvalidInputError by field, NotFoundError
 */
export const editar = ({ db, clock, config }: UsuariosDeps, usuarioId: number, form: Texts, who: Who): Promise<void> =>
  db.write(() => {
    const before = findUser({ db }, usuarioId);
    const after = readColumns(before, form);
    const changed = (['nombre', 'rol', 'activo'] as const).filter((name) => before[name] !== after[name]);
    if (changed.length === 0) return;
    db.sql('UPDATE usuarios SET nombre = @nombre, rol = @rol, activo = @activo WHERE usuario_id = @usuarioId').run({ ...after, usuarioId });
    if (after.activo === 0) closeSessionsOf(db, usuarioId);
    keepAnAdministrator(db, config, changed.includes('activo') ? 'activo' : 'rol');
    const pick = (from: Columns) => Object.fromEntries(changed.map((name) => [name, from[name]]));
    const subject = { entidad: 'usuario', entidadId: before.usuario, antes: pick(before), despues: pick(after) };
    audit(db, isoNow(clock), { usuario: who.usuario, host: who.host, accion: 'editar', ...subject });
  });

const readColumns = (before: Columns, form: Texts): Columns => {
  const nombre = (form.nombre ?? before.nombre).trim();
  const rol = readRol(form.rol ?? before.rol);
  const problems = problemsOf({
    nombre: nombreProblem(nombre),
    rol: rol === undefined ? 'Elija un rol.' : undefined,
    activo: ['0', '1', undefined].includes(form.activo) ? undefined : 'Debe ser 0 o 1.',
  });
  if (rol === undefined || Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  return { nombre, rol, activo: form.activo === undefined ? before.activo : Number(form.activo) };
};
