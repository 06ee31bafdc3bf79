/**
 * What must never be read by anybody: the values of the secret settings, wherever they turn up, and what looks like a
 * credential. One list for the process, filled once at the start: a failure deep in a library is told by whoever meets it,
 * and not one of those must have to know which words are secret.
 */
const known = new Set<string>();
let pattern: RegExp | null = null;

export const hidden = '[oculto]';

/** Shorter than this it cannot be told from any other text. */
const shortest = 4;
/** Shorter ones are hidden as whole words only. */
const distinct = 8;

/** From now on these are hidden, as they are and as they travel in addresses and in JSON. */
export const hideSecrets = (values: Iterable<string>): void => {
  for (const value of values) for (const form of formsOf(value.trim())) if (form.length >= shortest) known.add(form);
  const forms = [...known].sort((a, b) => b.length - a.length);
  pattern = forms.length === 0 ? null : new RegExp(forms.map(asPattern).join('|'), 'gu');
};

const formsOf = (value: string): string[] => [
  ...[value, encodeURIComponent(value), new URLSearchParams([['', value]]).toString().slice(1)],
  ...[JSON.stringify(value).slice(1, -1), Buffer.from(value).toString('base64')],
];

const asPattern = (form: string): string => {
  const exact = RegExp.escape(form);
  return form.length < distinct ? `(?<![\\p{L}\\p{N}])${exact}(?![\\p{L}\\p{N}])` : exact;
};

/** The text without any known secret. */
export const withoutSecrets = (text: string): string => (pattern === null ? text : text.replace(pattern, hidden));

const secretWord = String.raw`(?<![a-z\d])(?:pass(?:word|phrase|wd)?|pwd|clave|contraseña|(?:client_?)?secret|api_?key|(?:[a-z]+_?)?token)`;

/** Credentials that are not settings of ours: what a server answers, what a library repeats. */
const credentials: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic|Digest|NTLM|Negotiate)\s+[\w~+/.=-]{6,}/gi, `$1 ${hidden}`],
  [/\b((?:proxy-|x-)?authorization|(?:set-)?cookie)(["']?\s*[:=]\s*["']?)[^\n"']+/gi, `$1$2${hidden}`],
  [/(\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${hidden}@`],
  [new RegExp(`(${secretWord})(\\\\?["']\\s*:\\s*\\\\?["'])[^"'\\\\]+`, 'giu'), `$1$2${hidden}`],
  [new RegExp(`(${secretWord})(\\s*=\\s*["']?)[^\\s;&"',}]+`, 'giu'), `$1$2${hidden}`],
];

/** The text without known secrets nor anything that looks like one. */
export const redactText = (text: string): string =>
  credentials.reduce((clean, [shape, instead]) => clean.replace(shape, instead), withoutSecrets(text));

const secretKey =
  /^(password|passphrase|passwd|pwd|clave|contraseña|secret|client_?secret|api_?key|(x-|proxy-)?authorization|(set-)?cookie|_csrf|(access_?|refresh_?)?token)$/i;

/** Any value without secrets, at any depth: by the name of the key, and inside every text. */
export const redactDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactDeep);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [withoutSecrets(key), secretKey.test(key) ? hidden : redactDeep(inner)]);
  return Object.fromEntries(entries);
};

/** A line of JSON without secrets; one that cannot be read is cleaned as text. */
export const redactLine = (line: string): string => {
  try {
    return `${JSON.stringify(redactDeep(JSON.parse(line)))}\n`;
  } catch {
    return redactText(line);
  }
};
