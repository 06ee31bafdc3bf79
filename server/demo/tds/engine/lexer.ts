import { notUnderstood } from './complaint.ts';

/** A piece of T-SQL. Words and names are compared without case; `quoted` names are never keywords. */
export type Token =
  | { readonly kind: 'word' | 'quoted' | 'variable' | 'number' | 'symbol'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string; readonly unicode: boolean };

const pieces =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|(?<string>[Nn]?'(?:[^']|'')*')|(?<quoted>\[(?:[^\]]|\]\])*\]|"(?:[^"]|"")*")|(?<variable>@@?[\p{L}\p{N}_#$]+)|(?<word>[\p{L}_#][\p{L}\p{N}_#$]*)|(?<number>\d+(?:\.\d*)?)|(?<symbol><>|!=|<=|>=|[(),.;=<>+\-*/])/uy;

/** @throws SqlServerError 102 at the first character that begins no piece. */
export const tokenise = (text: string): Token[] => {
  const tokens: Token[] = [];
  pieces.lastIndex = 0;
  while (pieces.lastIndex < text.length) {
    const at = pieces.lastIndex;
    const groups = pieces.exec(text)?.groups;
    if (!groups) throw notUnderstood(`«${text.slice(at, at + 20)}»`);
    const token = tokenOf(groups);
    if (token) tokens.push(token);
  }
  return tokens;
};

const tokenOf = ({ string, quoted, ...plain }: Record<string, string | undefined>): Token | null => {
  if (string !== undefined) {
    const unicode = string[0] !== "'";
    return { kind: 'string', unicode, text: string.slice(unicode ? 2 : 1, -1).replaceAll("''", "'") };
  }
  if (quoted !== undefined) {
    const close = quoted[0] === '[' ? ']' : '"';
    return { kind: 'quoted', text: quoted.slice(1, -1).replaceAll(close + close, close) };
  }
  for (const kind of ['variable', 'word', 'number', 'symbol'] as const) {
    const text = plain[kind];
    if (text !== undefined) return { kind, text };
  }
  return null;
};
