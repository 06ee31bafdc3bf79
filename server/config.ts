import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { type Environment, fileNames, nameGiven, type Provenance, provenanceOf } from './config-given.ts';
import { CerebroError } from './lib/errors.ts';
import { type Setting, type SettingKey, type SettingValues, settings } from './settings.ts';

/** The environment as read once at start. Secrets live only here. */
export type Config = SettingValues & {
  /** Absolute. */
  readonly DATA_DIR: string;
  /** Where each value came from, and which names were given for nothing. No values. */
  readonly provenance: Provenance;
};

export type { Environment };

export const projectFolder = resolve(import.meta.dirname, '..');

/** The process environment over `.env` of the project folder; blank values count as not given. */
export const readEnvironment = (file = resolve(projectFolder, '.env')): Environment => {
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const given = Object.entries({ ...fromFile, ...process.env }).filter(([, value]) => value?.trim());
  const ofFile = new Set(Object.keys(fromFile).filter((name) => process.env[name] === undefined));
  return { ...Object.fromEntries(given), [fileNames]: ofFile };
};

/**
 * The typed configuration. Relative paths start at the project folder.
 * @throws CerebroError `configuracion_no_valida` whose sentence lists every wrong setting by name.
 */
export const parseConfig = (environment: Environment): Config => {
  const entries = Object.values(settings as Record<string, Setting>).map((setting) => [setting.key, read(setting, environment)] as const);
  const wrong = entries.flatMap(([key, value]) => (value instanceof Mistake ? [`  ${key} ${value.sentence}.`] : []));
  const values = Object.fromEntries(entries);
  const mistakes = [
    ...wrong,
    ...needed(values, 'PROXY_USUARIO_CABECERA', ['PROXY_DIRECCIONES']),
    ...ofA360(values),
    ...ofCarga(values),
    ...ofCorreo(values),
  ];
  if (mistakes.length > 0) throw new CerebroError('configuracion_no_valida', ['La configuración no es válida:', ...mistakes].join('\n'));
  const typed = values as Record<SettingKey, unknown> as SettingValues;
  return { ...typed, DATA_DIR: resolve(projectFolder, typed.DATA_DIR), provenance: provenanceOf(environment) };
};

/** What A360 takes, once there is one. */
const ofA360 = (values: Readonly<Record<string, unknown>>): string[] => {
  if (values.AA_URL === undefined) return [];
  const missing = (['AA_USER', 'CALLBACK_TOKEN'] as const)
    .filter((key) => values[key] === undefined)
    .map((key) => `  ${key} falta: AA_URL no sirve sin ella.`);
  const key = values.AA_API_KEY ?? values.AA_PWD;
  return key === undefined ? [...missing, '  AA_API_KEY falta (o AA_PWD): AA_URL no sirve sin una de las dos.'] : missing;
};

/** What each source of tickets takes, once it is named. */
const ofCarga = (values: Readonly<Record<string, unknown>>): string[] => [
  ...(values.CLOUDERS_URL !== undefined && values.CLOUDERS_SSH_HOST !== undefined
    ? ['  CLOUDERS_URL y CLOUDERS_SSH_HOST no van juntas: Clouders se lee por HTTP o por SSH y MySQL.']
    : []),
  ...needed(values, 'CLOUDERS_SSH_HOST', [
    ...(['CLOUDERS_SSH_HOST_KEY', 'CLOUDERS_SSH_USER', 'CLOUDERS_SSH_PASS'] as const),
    ...(['CLOUDERS_MYSQL_DB_NAME', 'CLOUDERS_MYSQL_USER', 'CLOUDERS_MYSQL_PASS'] as const),
  ]),
  ...needed(values, 'SQL_RPA360_HOST', ['SQL_RPA360_DB_NAME', 'SQL_RPA360_UID', 'SQL_RPA360_PWD']),
];

/** A server without anybody to write to, or from, is a mistake. */
const ofCorreo = (values: Readonly<Record<string, unknown>>): string[] => [
  ...needed(values, 'EMAIL_SMTP_SERVER', ['EMAIL_FROM', 'EMAIL_RECIPIENTS']),
  ...needed(values, 'EMAIL_USER', ['EMAIL_PASSWORD']),
];

const needed = (values: Readonly<Record<string, unknown>>, given: SettingKey, keys: readonly SettingKey[]): string[] =>
  values[given] === undefined
    ? []
    : keys.filter((key) => values[key] === undefined).map((key) => `  ${key} falta: ${given} no sirve sin ella.`);

/** Given by a name it no longer has: the present one, for the log of the start. */
export const formerNames = (environment: Environment): { readonly given: string; readonly now: string }[] =>
  Object.values(settings as Record<string, Setting>).flatMap(({ key, formerly = [] }) =>
    formerly.filter((name) => environment[name] !== undefined).map((given) => ({ given, now: key })),
  );

class Mistake {
  readonly sentence: string;
  constructor(sentence: string) {
    this.sentence = sentence;
  }
}

const read = (setting: Setting, environment: Environment): unknown => {
  const named = nameGiven(setting, environment);
  const given = named === undefined ? setting.fallback : environment[named];
  if (given === undefined) return setting.required ? new Mistake('falta') : undefined;
  const parsed = setting.schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const reason = parsed.error.issues[0]?.message ?? 'no es válido';
  return new Mistake(setting.secret ? reason : `(«${withoutCredentials(given)}») ${reason}`);
};

/** A password typed into an address must not be read aloud. */
const withoutCredentials = (value: string): string => value.replace(/\/\/[^/@]*@/, '//…@');
