import type { FieldView, Texts } from '#server/acceso/fields.ts';
import type { Format } from '#server/lib/format.ts';
import type { ListedSession, ListedUser } from '#server/usuarios/queries.ts';
import { presentSession } from '#server/usuarios/sesiones.ts';

const claveField = (name: string, label: string, autocomplete: string, reasons: Texts, help = ''): FieldView => ({
  ...{ name, label, autocomplete, help, type: 'password', value: '' },
  reason: reasons[name] ?? '',
});

/** A password is never sent back. */
const claveFields = (reasons: Texts): FieldView[] => [
  claveField('actual', 'Contraseña actual', 'current-password', reasons),
  claveField('clave', 'Contraseña nueva', 'new-password', reasons, 'Diez caracteres como mínimo.'),
  claveField('clave_otra_vez', 'Contraseña nueva otra vez', 'new-password', reasons),
];

export type AccountSeen = { readonly user: ListedUser; readonly sessions: readonly ListedSession[]; readonly own: string | null };

/** `refusal`: a sentence for the whole form of the password. `done`: it has just been changed. */
export const presentAccount = (seen: AccountSeen, format: Format, said: { reasons: Texts; refusal: string; done: boolean }) => ({
  title: 'Su cuenta',
  usuario: seen.user.usuario,
  nombre: seen.user.nombre,
  rol: seen.user.rol,
  lastLogin: format.instant(seen.user.last_login_at),
  hasClave: seen.user.con_clave === 1,
  fields: claveFields(said.reasons),
  refusal: said.refusal,
  done: said.done,
  sessions: seen.sessions.map((session) => presentSession(session, format, seen.own)),
});
