import type { FieldView, Texts } from '#server/acceso/fields.ts';
import { type Rol, roles } from '#server/acceso/permisos.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import { link, type Tag } from '#server/lib/tag.ts';
import type { ListedUser } from './queries.ts';
import type { SessionView } from './sesiones.ts';

/** What each role may do, from the least to the most: each one also what those before it may. */
const rolHelp: Readonly<Record<Rol, string>> = {
  lectura: 'Ve todas las páginas; no cambia nada.',
  operador: 'Además fuerza ciclos, y reintenta, cancela y devuelve trámites.',
  revisor: 'Además aprueba, rechaza y resuelve lo que se presenta, y ve la auditoría.',
  administrador: 'Además cambia organismos, usuarios y el sistema.',
};

export type RowView = {
  readonly id: number;
  readonly usuario: string;
  readonly nombre: string;
  readonly href: string;
  readonly rol: string;
  readonly state: Tag;
  readonly way: string;
  readonly lastLogin: Instant | null;
  readonly sessions: string;
};

export const presentUser = (user: ListedUser, format: Format): RowView => ({
  id: user.usuario_id,
  usuario: user.usuario,
  nombre: user.nombre,
  href: `/usuarios/${user.usuario_id}`,
  rol: user.rol,
  state: user.activo === 1 ? { word: 'Activo', icon: 'hecho', tone: 'bien' } : { word: 'Desactivado', icon: 'apagado', tone: 'nada' },
  way: user.con_clave === 1 ? '' : 'sin contraseña: solo por el proxy',
  lastLogin: format.instant(user.last_login_at),
  sessions: format.number(user.sesiones),
});

const field = (name: string, label: string, values: Texts, reasons: Texts, help: string): FieldView => ({
  ...{ name, label, help, type: 'text', autocomplete: 'off' },
  value: values[name] ?? '',
  reason: reasons[name] ?? '',
});

const nameHelp = 'Con el que entra: minúsculas sin acento, cifras, «.», «_» y «-». No se puede cambiar después.';
const claveHelp = 'Diez caracteres como mínimo. Una frase es fácil de recordar y difícil de acertar.';
const noClaveHelp = ' Vacía: solo puede entrar por el proxy de la empresa.';

/** A password is never sent back, nor shown. */
export const claveField = (reasons: Texts, help: string): FieldView => ({
  ...{ name: 'clave', label: 'Contraseña', type: 'password', autocomplete: 'new-password', value: '' },
  reason: reasons.clave ?? '',
  help,
});

const rolChoices = (chosen: string) => roles.map((rol) => ({ rol, help: rolHelp[rol], checked: rol === chosen }));

/** The form of a new user. */
export const presentNew = (values: Texts, reasons: Texts) => ({
  title: 'Usuario nuevo',
  usuario: field('usuario', 'Usuario', values, reasons, nameHelp),
  nombre: field('nombre', 'Nombre', values, reasons, 'Cómo se llama la persona.'),
  roles: rolChoices(values.rol ?? 'lectura'),
  rolReason: reasons.rol ?? '',
  clave: claveField(reasons, claveHelp + noClaveHelp),
  refused: Object.keys(reasons).length > 0,
});

/** One user: its form, its password, its sessions. */
export const presentOne = (
  user: ListedUser,
  sessions: readonly SessionView[],
  format: Format,
  refused: { values: Texts; reasons: Texts },
) => {
  const values: Texts = { nombre: user.nombre, rol: user.rol, activo: String(user.activo), ...refused.values };
  return {
    title: user.usuario,
    row: presentUser(user, format),
    nombre: field('nombre', 'Nombre', values, refused.reasons, 'Cómo se llama la persona.'),
    roles: rolChoices(values.rol ?? ''),
    rolReason: refused.reasons.rol ?? '',
    active: values.activo === '1',
    activeReason: refused.reasons.activo ?? '',
    clave: claveField(refused.reasons, claveHelp),
    sessions,
    audit: link('/auditoria', { entidad: 'usuario', id: user.usuario }),
  };
};
