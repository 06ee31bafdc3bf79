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
    const name = storedName(key, (one) => Object.hasOwn(stored, one));
    const read = name === undefined ? null : readStored(name, stored[name]);
    return read && 'value' in read ? read.value : config[key];
  };
  return Object.freeze(Object.fromEntries(editableKeys.map((key) => [key, value(key)]))) as LiveSettings;
};

/** The name under which `ajustes` holds it: the present one, else an older one; undefined = none. Pure. */
export const storedName = (key: string, has: (name: string) => boolean): string | undefined =>
  [key, ...(registry[key]?.formerly ?? [])].find(has);

const present = new Map(
  Object.values(registry).flatMap((setting) => [setting.key, ...(setting.formerly ?? [])].map((name) => [name, setting])),
);

/** The setting of that name, also by an older one. */
export const settingNamed = (name: string): Setting | undefined => present.get(name);

/** What a row of `ajustes` says: its value, or why it is not used (Spanish, the rest of a sentence; never a secret). Pure. */
export const readStored = (key: string, text: unknown): { readonly value: unknown } | { readonly problem: string } => {
  const setting = settingNamed(key);
  if (!setting) return { problem: 'no es el nombre de ningún ajuste.' };
  if (!setting.editable) return { problem: 'no se edita en el panel: vale lo que digan el entorno o .env.' };
  const parsed = setting.schema.safeParse(text);
  if (parsed.success) return { value: parsed.data };
  return { problem: `(«${String(text).slice(0, 100)}») ${parsed.error.issues[0]?.message ?? 'no es válido'}.` };
};

/** The keys whose value is the one of the panel, by whatever of their names. */
export const keysInPanel = (db: Db): ReadonlySet<string> => {
  const rows = db.sql('SELECT CAST(clave AS TEXT) AS clave, CAST(valor AS TEXT) AS valor FROM ajustes').all();
  const stored = new Map(rows.map(({ clave, valor }) => [clave as string, valor]));
  return new Set(
    editableKeys.filter((key) => {
      const name = storedName(key, (one) => stored.has(one));
      return name !== undefined && 'value' in readStored(name, stored.get(name));
    }),
  );
};

/** Rows whose name begins so are the house's own notes (`_copia`, `_restaurada`), and no settings. */
export const isOwnNote = (clave: string): boolean => clave.startsWith('_');

/** A row of `ajustes` that is not used, and why. */
export type Ignored = { readonly clave: string; readonly why: string };

/** What somebody wrote into the table that cannot be used. */
export const ignoredSettings = (db: Db): Ignored[] => {
  const rows = db.sql('SELECT CAST(clave AS TEXT) AS clave, CAST(valor AS TEXT) AS valor FROM ajustes ORDER BY clave').all();
  const names = new Set(rows.map(({ clave }) => clave as string));
  return rows.flatMap(({ clave, valor }) => {
    if (isOwnNote(clave as string)) return [];
    const why = whyIgnored(clave as string, valor, names);
    return why === null ? [] : [{ clave: clave as string, why }];
  });
};

const whyIgnored = (name: string, valor: unknown, names: ReadonlySet<string>): string | null => {
  const read = readStored(name, valor);
  if ('problem' in read) return read.problem;
  const used = storedName(settingNamed(name)?.key ?? name, (one) => names.has(one));
  return used === name ? null : `también está ${used}, que es el que vale.`;
};
