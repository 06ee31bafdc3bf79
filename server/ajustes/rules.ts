import { type EditableKey, type Setting, settings } from '#server/settings.ts';
import { flag } from '#server/settings-read.ts';

/** Texts of a form, by the name of the setting. */
export type Texts = Readonly<Record<string, string>>;

const registry: Readonly<Record<string, Setting>> = settings;

export const settingOf = (key: string): Setting | undefined => (Object.hasOwn(registry, key) ? registry[key] : undefined);

export const isSwitch = (setting: Setting): boolean => setting.schema === flag;

/** As it stands in `.env`: what its schema would read again. Pure. */
export const textOfValue = (value: unknown): string => {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** What a form tells: the texts to keep, in one way of writing each, and what is wrong, by setting. Pure. */
export const readForm = (form: Texts): { readonly texts: Readonly<Partial<Record<EditableKey, string>>>; readonly problems: Texts } => {
  const read = Object.entries(form).map(([key, typed]) => [key, readOne(key, typed.trim())] as const);
  return {
    texts: Object.fromEntries(read.flatMap(([key, one]) => ('text' in one ? [[key, one.text]] : []))),
    problems: Object.fromEntries(read.flatMap(([key, one]) => ('problem' in one ? [[key, one.problem]] : []))),
  };
};

const unknownName = (name: string): string => {
  const now = Object.values(registry).find(({ formerly = [] }) => formerly.includes(name))?.key;
  return now === undefined ? 'No hay ningún ajuste que se llame así.' : `Ahora se llama ${now}.`;
};

const longest = 2000;

const readOne = (key: string, typed: string): { readonly text: string } | { readonly problem: string } => {
  const setting = settingOf(key);
  if (!setting) return { problem: unknownName(key) };
  if (!setting.editable) return { problem: 'Este ajuste no se cambia en el panel: cámbielo en el entorno o en .env y vuelva a arrancar.' };
  if (typed === '') return { problem: 'Escriba un valor. Para que valga el de fuera, use «Volver al valor de fuera».' };
  if (typed.length > longest) return { problem: `No puede pasar de ${longest} caracteres.` };
  const parsed = setting.schema.safeParse(typed);
  if (parsed.success) return { text: textOfValue(parsed.data) };
  const reason = parsed.error.issues[0]?.message ?? 'no es válido';
  return { problem: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.` };
};
