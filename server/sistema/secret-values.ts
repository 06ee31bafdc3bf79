import type { Config } from '#server/config.ts';
import { type Setting, type SettingKey, settings } from '#server/settings.ts';

/** Parts of an address shorter than this name a place, and are no secret. */
const longSegment = 16;

/**
 * Every text that must never be read: the secret settings as they were given and, of addresses, the password and whatever in
 * them stands for one. The file of `sqlite:` is a place and no secret. Pure.
 */
export const secretValues = (config: Config): string[] =>
  (Object.entries(settings) as [SettingKey, Setting][]).filter(([, setting]) => setting.secret).flatMap(([key]) => secretsIn(config[key]));

const secretsIn = (value: unknown): string[] => {
  if (typeof value !== 'string' || value === '' || value.startsWith('sqlite:')) return [];
  const address = /^[a-z][\w+.-]*:\/\//i.test(value) ? URL.parse(value) : null;
  if (address === null) return [value, ...passwordOf(value)];
  const segments = address.pathname.split('/').filter((part) => part.length >= longSegment);
  const given = [...address.searchParams.values()].filter((part) => part.length >= longSegment);
  return [value, ...passwordOf(value), address.password, decoded(address.password), ...segments, ...given].filter((part) => part !== '');
};

/** Also of one that does not read as an address; and what follows the scheme of an Authorization header. */
const passwordOf = (value: string): string[] => {
  const password = /\/\/[^/:@]*:(.+)@/.exec(value)?.[1];
  const credential = /^(?:Basic|Bearer|Token)\s+(\S+)$/i.exec(value)?.[1];
  return [password, password && decoded(password), credential].filter((part): part is string => Boolean(part));
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
