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

/** Also of a key of many lines, which a library repeats one by one. */
const formsOf = (value: string): string[] => {
  const lines = value.split(/\s*\n\s*/).filter((line) => line.length >= longLine);
  return [...new Set([value, ...lines])].flatMap((text) => [...asWritten(text), ...asBytes(Buffer.from(text))]);
};

const longLine = 16;

const asWritten = (value: string): string[] => {
  const [percent, form] = [encodeURIComponent(value), new URLSearchParams([['', value]]).toString().slice(1)];
  return [value, percent, form, lowerEscapes(percent), lowerEscapes(form), JSON.stringify(value).slice(1, -1)];
};

const lowerEscapes = (text: string): string => text.replace(/%[\dA-F]{2}/g, (one) => one.toLowerCase());

/** In base64 it looks different after one byte, or two, of something else (`user:password`); only what does not depend on them is looked for. */
const asBytes = (bytes: Buffer): string[] => {
  const within = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    return whole.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
  });
  const safe = within.filter((text) => text.length >= distinct);
  const both = [bytes.toString('base64'), ...safe].flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]);
  return bytes.length >= shortest ? [...both, bytes.toString('hex')] : both;
};

const asPattern = (form: string): string => {
  const exact = RegExp.escape(form);
  return form.length < distinct ? `(?<![\\p{L}\\p{N}])${exact}(?![\\p{L}\\p{N}])` : exact;
};

/** The text without any known secret. */
export const withoutSecrets = (text: string): string => (pattern === null ? text : text.replace(pattern, hidden));

/** Long ones also at the end of a name (`xviaPassword`, `CALLBACK_TOKEN`); short ones begin many words of any text. */
const longWords = 'password|passphrase|passwd|contraseña|secret|api[_-]?key|token|csrf|sesion';
const secretWord = `(?:${longWords}|(?<![a-z\\d])(?:pass|pwd|clave))`;

/** Credentials that are not settings of ours: what a server answers, what a library repeats. */
const credentials: readonly (readonly [RegExp, string])[] = [
  [/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?=-----END|$)/g, `$1${hidden}`],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, hidden],
  [/\b(Bearer|Basic|Digest|NTLM|Negotiate)\s+[\w~+/.=-]{6,}/gi, `$1 ${hidden}`],
  [/\b((?:proxy-|x-)?authorization|(?:set-)?cookie)(["']?\s*[:=]\s*["']?)[^\n"']+/gi, `$1$2${hidden}`],
  [/\b(x-api-key|x-csrf-token|password|passwd)(\s*:\s*)[^\s"',;]+/gi, `$1$2${hidden}`],
  [/(\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${hidden}@`],
  [new RegExp(`(${secretWord})(\\\\?["']?\\s*:\\s*\\\\?["'])[^"'\\\\]+`, 'giu'), `$1$2${hidden}`],
  [new RegExp(`(${secretWord})(\\s*=\\s*["']?)[^\\s;&"',}]+`, 'giu'), `$1$2${hidden}`],
];

/** The text without known secrets nor anything that looks like one. */
export const redactText = (text: string): string =>
  credentials.reduce((clean, [shape, instead]) => clean.replace(shape, instead), withoutSecrets(text));

const secretKey =
  /(?:password|passphrase|passwd|contrase[nñ]a|secret|api[_-]?key|private_?key|authorization|cookie|csrf|token|(?:^|[_-])(?:pass|pwd))$|^(?:clave|sesion|session_?id|credentials?)$/i;

/** Bytes say nothing to a person, and nobody can tell what is in them. */
const isBytes = (value: object): boolean => 'type' in value && value.type === 'Buffer' && 'data' in value;

/** Any value without secrets, at any depth: by the name of the key, and inside every text. */
export const redactDeep = (value: unknown): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactDeep);
  if (typeof value !== 'object' || value === null) return value;
  if (isBytes(value)) return '[bytes]';
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
