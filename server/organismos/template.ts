/** What a link may be made with. */
export type LinkValues = { readonly expediente: string; readonly idRecurso: string };

/** A link and the session parameters that were left out of it. */
export type BuiltLink = { readonly url: string | null; readonly dropped: readonly string[] };

/**
 * Fills the template of an organismo: every placeholder, percent-encoded; query and fragment as they stand, but for
 * `_token`, a session artefact that must never be stored (XVIA.md 4.4). Null for an empty template.
 */
export const buildLink = (template: string | null, values: LinkValues): BuiltLink => {
  if (!template?.trim()) return { url: null, dropped: [] };
  const { text, dropped } = withoutTokens(template.trim());
  return { url: text.replace(placeholder, (whole, name: string) => filled(whole, name, values)), dropped };
};

const placeholder = /\{([^{}]*)\}/g;

/** A function and not a text replaces: `$&` in an expediente is just an expediente. */
const filled = (whole: string, name: string, values: LinkValues): string =>
  name === 'expediente' || name === 'idRecurso' ? encodeURIComponent(values[name].toWellFormed()) : whole;

/** Why a template is no use, as a Spanish sentence; null when it is fine. */
export const templateProblem = (template: string): string | null => {
  const unknown = [...template.matchAll(placeholder)].map((match) => match[1] as string).filter((name) => !known.has(name));
  if (unknown.length > 0)
    return `La plantilla del enlace no es válida: no se conoce {${unknown[0]}}; solo valen {expediente} y {idRecurso}.`;
  const { url } = buildLink(template, { expediente: '2025/160585-MUL', idRecurso: '90001' });
  return url === null || isHttpUrl(url)
    ? null
    : 'La plantilla del enlace no es válida: debe ser una dirección http:// o https:// completa.';
};

const known = new Set(['expediente', 'idRecurso']);

export const isHttpUrl = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');

/** The template without its `_token` parameters, in the query or after `#`, and the names of those it had. */
export const withoutTokens = (template: string): { text: string; dropped: string[] } => {
  const [, base = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(template) ?? [];
  const dropped: string[] = [];
  const clean = (mark: string, part: string | undefined): string => {
    if (part === undefined) return '';
    const pairs = part.split(/[&;]/);
    if (!pairs.some(isToken)) return mark + part;
    const kept = pairs.filter((pair) => !isToken(pair));
    dropped.push(...pairs.filter(isToken).map(nameOf));
    return kept.length === 0 ? '' : mark + kept.join('&');
  };
  return { text: base + clean('?', query) + clean('#', fragment), dropped };
};

const nameOf = (pair: string): string => pair.split('=', 1)[0] as string;
/** However the server would read the name: `%5Ftoken`, `_token[]`. */
const isToken = (pair: string): boolean => /^_token(\[.*)?$/i.test(decoded(nameOf(pair)).trim());

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
