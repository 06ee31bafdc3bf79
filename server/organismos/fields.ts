import { isHttpUrl } from './template.ts';

/**
 * How single values of `organismo_config` are read. Other programs write that table with whatever their SQLite client
 * sends, so every reader answers undefined for what it cannot take: never a default that would widen a rule.
 */

/** Text as it stands; a number counts as its text, NULL as ''. Undefined for blobs. */
export const readText = (raw: unknown): string | undefined => {
  if (raw === null || raw === undefined) return '';
  if (typeof raw === 'string') return raw;
  return typeof raw === 'number' || typeof raw === 'bigint' ? String(raw) : undefined;
};

/** Patterns separated by `|`, blank ends taken off (the value they meet is trimmed), empties dropped. Blanks never separate. */
export const readPatterns = (text: string): string[] =>
  text
    .split('|')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');

/**
 * `filtro_texp`: whole numbers separated by commas; empties and repeats dropped. Undefined when any other token stands
 * there or none is left: an unreadable filter must never become "no filter" (XVIA.md 6.3).
 */
export const readTexp = (text: string): number[] | undefined => {
  const tokens = text
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');
  if (tokens.length === 0 || !tokens.every((token) => /^\d{1,9}$/.test(token))) return undefined;
  return [...new Set(tokens.map(Number))];
};

/** TExp = 1 is what a claim writes: a rule that admitted it would take what somebody has claimed already. */
export const admitsClaimed = (texp: readonly number[] | undefined): boolean => texp?.includes(1) ?? false;

/** Strict: 1, '1' and 'true' are yes; NULL, 0, '0' and 'false' are no; anything else is undefined. */
export const readFlag = (raw: unknown): boolean | undefined => {
  if (raw === 1 || raw === 1n || raw === '1' || raw === 'true' || raw === true) return true;
  if (raw === null || raw === undefined || raw === 0 || raw === 0n || raw === '0' || raw === 'false' || raw === false) return false;
  return undefined;
};

/** A whole number of `min` or more. */
export const readWhole = (raw: unknown, min: number): number | undefined => {
  const value = typeof raw === 'string' && /^-?\d{1,15}$/.test(raw.trim()) ? Number(raw) : raw;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min ? value : undefined;
};

/** How far a robot may go: see CONTRACT.md, SQLite tables. */
export const modos = ['simular', 'rellenar', 'aprobar', 'enviar'] as const;
export type Modo = (typeof modos)[number];

/** NULL waits for a person before it sends, as the table's own default does. */
export const readModo = (raw: unknown): Modo | undefined => modos.find((modo) => modo === (raw ?? 'aprobar'));

/** The robot that files for it: the one named like the organismo unless another is given. */
export const readRobot = (raw: unknown, siteId: string): string | undefined => {
  const text = readText(raw)?.trim();
  return text === '' ? siteId : text;
};

/** `url_inicio`: null when there is none of its own, undefined for what is not an http(s) address. */
export const readStart = (raw: unknown): string | null | undefined => {
  const text = readText(raw)?.trim();
  if (text === '') return null;
  return text !== undefined && isHttpUrl(text) ? text : undefined;
};
