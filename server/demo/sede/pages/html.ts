/** HTML already safe to send. */
export type Html = { readonly html: string };

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text that is HTML already: a page script, a style sheet, a fragment. */
export const raw = (html: string): Html => ({ html });

type Piece = Html | readonly Html[] | string | number | undefined;

const safe = (piece: Piece): string => {
  if (piece === undefined) return '';
  if (Array.isArray(piece)) return piece.map((one: Html) => one.html).join('');
  if (typeof piece === 'object') return (piece as Html).html;
  return String(piece).replace(/[&<>"']/g, (char) => entities[char] as string);
};

/** A template whose pieces are escaped unless they are HTML themselves. */
export const html = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html =>
  raw(strings.map((text, at) => (at === 0 ? text : safe(pieces[at - 1]) + text)).join(''));
