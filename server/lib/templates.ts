import { Eta, type EtaConfig } from 'eta';
import { remember } from './remember.ts';

/**
 * Eta as the panel uses it. Two things cost half of a long list, and are spared here:
 * - Eta works out anew where each include leads, for every cell of every row; it depends on nothing but the two names.
 * - A single character beyond Latin-1 doubles every other one of the page in memory, and V8 is slow at encoding such a text:
 *   in HTML it can as well be written as its number.
 */
export const createTemplates = (): Eta => {
  const eta = new Eta({ escapeFunction: escapeText, plugins: [{ processAST: narrowLiterals }] });
  const { resolvePath } = eta;
  if (resolvePath === null) throw new Error('Eta has no templates on the disk');
  const from = remember((filepath: string) => remember((path: string) => resolvePath.call(eta, path, { filepath })));
  eta.resolvePath = (path, options) => (options?.filepath ? from(options.filepath)(path) : resolvePath.call(eta, path, options));
  return eta;
};

const wide = /[^\0-\xff]/gu;
const special = /[&<>"']|[^\0-\xff]/u;
const specials = new RegExp(special, 'gu');

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const byNumber = (character: string): string => `&#${character.codePointAt(0)};`;

/** Text as HTML shows it, in an element or an attribute. */
export const escapeText = (value: unknown): string => {
  const text = String(value);
  return special.test(text) ? text.replace(specials, (character) => named[character] ?? byNumber(character)) : text;
};

type ProcessAst = NonNullable<EtaConfig['plugins'][number]['processAST']>;

/** What a template says itself, between its tags. */
const narrowLiterals: ProcessAst = (pieces) => pieces.map((piece) => (typeof piece === 'string' ? piece.replace(wide, byNumber) : piece));
