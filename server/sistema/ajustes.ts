import type { Config } from '#server/config.ts';
import type { Db } from '#server/db/open.ts';
import { type EditableKey, type Setting, type SettingValues, settings } from '#server/settings.ts';

/** The settings a person may edit in the panel, with the values that hold now. */
export type LiveSettings = Pick<SettingValues, EditableKey>;

const registry: Readonly<Record<string, Setting>> = settings;

const editableKeys = Object.values(registry)
  .filter((setting) => setting.editable)
  .map((setting) => setting.key as EditableKey);

/** What was read last of a database, and the text of its table then: whoever writes to it, also by SQL, changes that text. */
type Kept = { readonly config: Config; readonly table: string; readonly live: LiveSettings };
const kept = new WeakMap<Db, Kept>();

/** `ajustes` over the environment; a stored value that does not read is skipped. Read whenever it is needed: it costs microseconds. */
export const readLiveSettings = (db: Db, config: Config): LiveSettings => {
  const table =
    (db.sql('SELECT json_group_object(CAST(clave AS TEXT), CAST(valor AS TEXT)) AS dicho FROM ajustes').get()?.dicho as
      | string
      | undefined) ?? '{}';
  const last = kept.get(db);
  if (last?.table === table && last.config === config) return last.live;
  const live = overEnvironment(JSON.parse(table) as Record<string, unknown>, config);
  kept.set(db, { config, table, live });
  return live;
};

const overEnvironment = (stored: Readonly<Record<string, unknown>>, config: Config): LiveSettings => {
  const value = (key: EditableKey) => {
    const read = Object.hasOwn(stored, key) ? readStored(key, stored[key]) : null;
    return read && 'value' in read ? read.value : config[key];
  };
  return Object.freeze(Object.fromEntries(editableKeys.map((key) => [key, value(key)]))) as LiveSettings;
};

/** What a row of `ajustes` says: its value, or why it is not used (Spanish, the rest of a sentence; never a secret). Pure. */
export const readStored = (key: string, text: unknown): { readonly value: unknown } | { readonly problem: string } => {
  const setting = Object.hasOwn(registry, key) ? registry[key] : undefined;
  if (!setting) return { problem: 'no es el nombre de ningún ajuste.' };
  if (!setting.editable) return { problem: 'no se edita en el panel: vale lo que digan el entorno o .env.' };
  const parsed = setting.schema.safeParse(text);
  if (parsed.success) return { value: parsed.data };
  return { problem: `(«${String(text).slice(0, 100)}») ${parsed.error.issues[0]?.message ?? 'no es válido'}.` };
};

/** A row of `ajustes` that is not used, and why. */
export type Ignored = { readonly clave: string; readonly why: string };

/** What somebody wrote into the table that cannot be used. */
export const ignoredSettings = (db: Db): Ignored[] =>
  db
    .sql('SELECT CAST(clave AS TEXT) AS clave, CAST(valor AS TEXT) AS valor FROM ajustes ORDER BY clave')
    .all()
    .flatMap(({ clave, valor }) => {
      const read = readStored(clave as string, valor);
      return 'problem' in read ? [{ clave: clave as string, why: read.problem }] : [];
    });
