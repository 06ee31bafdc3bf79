import type { Deps } from '#server/deps.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import { link, type Tag, tooNarrow } from '#server/lib/tag.ts';
import { type Setting, type SettingKey, settings } from '#server/settings.ts';
import { groupOf, needsRestart, settingGroups, unitOf } from '#server/settings-groups.ts';
import { ignoredSettings, keysInPanel, readLiveSettings, storedName } from '#server/sistema/ajustes.ts';
import { type StoredSetting, storedSettings } from './queries.ts';
import { isSwitch, settingOf, type Texts, textOfValue } from './rules.ts';

/** Where the present value comes from. */
const sources = {
  panel: { word: 'Panel', icon: 'mano', tone: 'vivo' },
  entorno: { word: 'Entorno', icon: 'pantalla', tone: 'nada' },
  archivo: { word: '.env', icon: 'documento', tone: 'nada' },
  defecto: { word: 'Por defecto', icon: 'quieto', tone: 'nada' },
  nada: { word: 'Sin poner', icon: 'apagado', tone: 'nada' },
} as const satisfies Record<string, Tag>;

export type SettingRow = {
  readonly key: string;
  readonly meaning: string;
  readonly value: string;
  readonly unit: string;
  readonly source: Tag;
  /** Who put it in the panel, and when. */
  readonly by: { readonly usuario: string; readonly at: Instant | null } | null;
  readonly fallback: string;
  readonly formerly: string;
  /** The older name it is given by. */
  readonly givenAs: string;
  readonly restart: boolean;
  readonly form: RowForm | null;
  /** Shown while the panel has a value of its own. */
  readonly back: string | null;
};

type RowForm = { readonly kind: 'interruptor' | 'numero' | 'texto'; readonly typed: string; readonly reason: string };

type Asked = { readonly q: string; readonly edits: boolean };
type Typed = { readonly values: Texts; readonly reasons: Texts };

/** Every setting by group, as far as the search goes. */
export const presentAjustes = (deps: Pick<Deps, 'db' | 'config'>, { q, edits }: Asked, typed: Typed, format: Format) => {
  const stored = storedSettings(deps.db);
  const values = { ...deps.config, ...readLiveSettings(deps.db, deps.config) };
  const inPanel = keysInPanel(deps.db);
  const rowOf = (setting: Setting) =>
    presentRow(
      {
        setting,
        edited: inPanel.has(setting.key) ? stored.get(storedName(setting.key, (name) => stored.has(name)) ?? '') : undefined,
        value: values[setting.key as SettingKey],
        config: deps.config,
      },
      edits,
      typed,
      format,
    );
  const found = Object.values(settings as Record<string, Setting>).filter((setting) => matches(setting, q) || setting.key in typed.reasons);
  const groups = settingGroups
    .map(({ id, title }) => ({ id, title, rows: found.filter(({ key }) => groupOf(key).id === id).map(rowOf) }))
    .filter(({ rows }) => rows.length > 0);
  return {
    title: 'Ajustes',
    q,
    edits,
    groups,
    here: link('/ajustes', { q }),
    empty: groups.length > 0 ? null : tooNarrow(`Ningún ajuste lleva «${q}» en su nombre ni en lo que significa.`, '/ajustes'),
    ignored: ignoredSettings(deps.db).map(({ clave, why }) => ({ clave, why, back: stored.has(clave) ? backOf(clave) : null })),
    leftOver: deps.config.provenance.leftOver,
    refused: Object.keys(typed.reasons).length > 0,
    /** Where the reasons stand: the page is long. */
    wrong: Object.keys(typed.reasons).filter((key) => settingOf(key)?.editable),
    /** What no field stands for. */
    unknown: Object.entries(typed.reasons).flatMap(([key, reason]) =>
      settingOf(key)?.editable ? [] : [`${key.slice(0, 100)}: ${reason}`],
    ),
  };
};

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** In any of its names, what it means or the group it is in; accents and case do not matter. */
const matches = (setting: Setting, q: string): boolean =>
  plain([setting.key, ...(setting.formerly ?? []), setting.meaning, groupOf(setting.key).title].join(' ')).includes(plain(q));

type Known = {
  readonly setting: Setting;
  /** What the panel says of it; undefined = what is outside holds. */
  readonly edited: StoredSetting | undefined;
  readonly value: unknown;
  readonly config: Deps['config'];
};

const presentRow = ({ setting, edited, value, config }: Known, edits: boolean, typed: Typed, format: Format): SettingRow => {
  const { key, meaning, fallback, formerly = [] } = setting;
  const given = config.provenance.given[key];
  return {
    ...{ key, meaning, unit: value === undefined ? '' : unitOf(key), value: shownValue(value, setting) },
    source: edited ? sources.panel : sources[given?.from ?? (fallback === undefined ? 'nada' : 'defecto')],
    by: edited ? { usuario: edited.by ?? 'alguien desde fuera', at: format.instant(edited.at) } : null,
    fallback: fallback === undefined ? '' : shownText(fallback, setting),
    formerly: formerly.join(', '),
    givenAs: given && given.name !== key ? given.name : '',
    restart: needsRestart(setting),
    form: edits && setting.editable ? formOf(setting, value, typed) : null,
    back: edits && edited ? backOf(edited.clave) : null,
  };
};

const backOf = (key: string): string => `/ajustes/${encodeURIComponent(key)}/volver`;

const formOf = (setting: Setting, value: unknown, { values, reasons }: Typed): RowForm => ({
  kind: isSwitch(setting) ? 'interruptor' : typeof value === 'number' && Number.isInteger(value) ? 'numero' : 'texto',
  typed: values[setting.key] ?? textOfValue(value),
  reason: reasons[setting.key] ?? '',
});

/** Of a secret only whether it is there. */
const shownValue = (value: unknown, setting: Setting): string => {
  if (setting.secret) return value === undefined || value === '' ? 'sin poner' : 'puesta';
  return value === undefined ? 'sin poner' : shownText(textOfValue(value), setting);
};

const shownText = (text: string, setting: Setting): string => {
  if (!isSwitch(setting)) return text === '' ? '(vacío)' : text;
  return text === '1' ? 'sí (1)' : 'no (0)';
};
