import type { SqlType } from '../types.ts';
import type { Name } from './ast.ts';
import { notUnderstood } from './complaint.ts';
import { type Token, tokenise } from './lexer.ts';

/** The tokens of a batch, read one after another; the parts of a grammar every construct is made of. */
export const createReader = (text: string) => {
  const tokens = tokenise(text);
  let at = 0;

  const peek = (ahead = 0): Token | undefined => tokens[at + ahead];
  const isWord = (word: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token?.kind === 'word' && token.text.toUpperCase() === word;
  };
  const isSymbol = (symbol: string): boolean => peek()?.kind === 'symbol' && peek()?.text === symbol;
  const complain = (): never => {
    const token = peek();
    throw notUnderstood(token ? `lo que sigue a partir de «${token.text}»` : 'un texto que termina antes de tiempo');
  };
  const next = (): Token => {
    const token = tokens[at] ?? complain();
    at += 1;
    return token;
  };
  /** Takes these words if they come next. */
  const skip = (...words: string[]): boolean => {
    if (!words.every((word, ahead) => isWord(word, ahead))) return false;
    at += words.length;
    return true;
  };
  const skipSymbol = (symbol: string): boolean => {
    if (!isSymbol(symbol)) return false;
    at += 1;
    return true;
  };
  const need = (...words: string[]): void => void (skip(...words) || complain());
  const needSymbol = (symbol: string): void => void (skipSymbol(symbol) || complain());
  const identifier = (): string => {
    const token = peek();
    return token?.kind === 'word' || token?.kind === 'quoted' ? next().text : complain();
  };
  const variable = (): string => (peek()?.kind === 'variable' ? next().text : complain());
  const name = (): Name => {
    const parts = [identifier()];
    while (skipSymbol('.')) parts.push(identifier());
    return parts;
  };
  /** One or more of them, with commas between. */
  const list = <T>(one: () => T): T[] => {
    const found = [one()];
    while (skipSymbol(',')) found.push(one());
    return found;
  };
  const between = <T>(what: () => T): T => {
    needSymbol('(');
    const found = what();
    needSymbol(')');
    return found;
  };
  /** Reads ahead and goes back when it turns out to be something else. */
  const attempt = <T>(what: () => T): T | null => {
    const start = at;
    try {
      return what();
    } catch {
      at = start;
      return null;
    }
  };
  const whole = (): number => (peek()?.kind === 'number' ? Number(next().text) : complain());
  const length = (): number => (skip('MAX') ? Number.POSITIVE_INFINITY : whole());
  const type = (): SqlType => {
    const word = identifier().toLowerCase();
    if (isPlain(word)) return { name: word };
    if (isTextual(word)) return { name: word, length: isSymbol('(') ? between(length) : 30 };
    if (word === 'decimal' || word === 'numeric') {
      const [precision = 18, scale = 0] = isSymbol('(') ? between(() => list(whole)) : [];
      return { name: 'decimal', precision, scale };
    }
    if (word === 'datetime2') return { name: 'datetime2', scale: isSymbol('(') ? between(whole) : 7 };
    throw notUnderstood(`el tipo «${word}»`);
  };
  return {
    ...{
      peek,
      isWord,
      isSymbol,
      complain,
      next,
      skip,
      skipSymbol,
      need,
      needSymbol,
      identifier,
      variable,
      name,
      list,
      between,
      attempt,
      type,
    },
    done: (): boolean => at >= tokens.length,
  };
};

export type Reader = ReturnType<typeof createReader>;

const plain = ['bit', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'datetime', 'date'] as const;
const textual = ['char', 'varchar', 'nchar', 'nvarchar'] as const;
const isPlain = (word: string): word is (typeof plain)[number] => plain.includes(word as never);
const isTextual = (word: string): word is (typeof textual)[number] => textual.includes(word as never);
