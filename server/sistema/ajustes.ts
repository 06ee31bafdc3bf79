import type { Config } from '#server/config.ts';
import type { Db } from '#server/db/open.ts';
import { type EditableKey, type Setting, type SettingValues, settings } from '#server/settings.ts';

/** The settings a person may edit in the panel, with the values that hold now. */
export type LiveSettings = Pick<SettingValues, EditableKey>;

const editableKeys = Object.values(settings as Record<string, Setting>)
  .filter((setting) => setting.editable)
  .map((setting) => setting.key as EditableKey);

/** `ajustes` over the environment; a stored value that no longer reads is skipped. Read at the start of each cycle. */
export const readLiveSettings = (db: Db, config: Config): LiveSettings => {
  const stored = new Map(
    db
      .sql('SELECT clave, valor FROM ajustes')
      .all()
      .map((row) => [row.clave as string, row.valor as string]),
  );
  const value = (key: EditableKey) => {
    const text = stored.get(key);
    const parsed = text === undefined ? undefined : settings[key].schema.safeParse(text);
    return parsed?.success ? parsed.data : config[key];
  };
  return Object.fromEntries(editableKeys.map((key) => [key, value(key)])) as LiveSettings;
};
