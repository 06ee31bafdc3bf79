import type Database from 'better-sqlite3';
import { foldCase, type LikeMatcher, sqlLike } from '#server/lib/sql-like.ts';
import { scaled, unscaled } from '../types.ts';
import { SqlServerError } from './complaint.ts';

/** Blanks as T-SQL knows them: the space and no other. */
const withoutEnd = (text: string): string => text.replace(/ +$/, '');

/** What two texts must share to be equal: case does not count, accents do, blanks at the end do not. */
export const keyOf = (text: string): string => foldCase(withoutEnd(text));

/** With ESCAPE the character after it means itself, as `[%]` does. */
export const withoutEscapes = (pattern: string, sign: string): string => {
  let plain = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character !== sign) plain += character;
    else {
      at += 1;
      plain += /[%_[]/.test(pattern.charAt(at)) ? `[${pattern.charAt(at)}]` : pattern.charAt(at);
    }
  }
  return plain;
};

const matchers = new Map<string, LikeMatcher>();
const matcherOf = (pattern: string): LikeMatcher => {
  const known = matchers.get(pattern);
  if (known) return known;
  if (matchers.size > 500) matchers.clear();
  const compiled = sqlLike(pattern);
  matchers.set(pattern, compiled);
  return compiled;
};

const cannotConvert = (type: string): SqlServerError => new SqlServerError(8114, `Error converting data type nvarchar to ${type}.`);

type Scalar = string | number | bigint | null;

/** The number a text stands for, as an index of numbers finds it: whole ones as whole numbers. */
const numberOf = (value: string | number | bigint): number | bigint => {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  const text = value.trim();
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) throw cannotConvert('numeric');
  return /^[-+]?\d+(\.0*)?$/.test(text) ? BigInt(text.replace(/\..*$/, '').replace('+', '')) : Number(text);
};

const toDecimal = (value: Scalar, precision: Scalar, scale: Scalar): Scalar => {
  if (value === null) return null;
  const [digits, places] = [Number(precision), Number(scale)];
  const whole = unscaled(numberOf(value), places);
  if ((whole < 0n ? -whole : whole) >= 10n ** BigInt(digits))
    throw new SqlServerError(8115, 'Arithmetic overflow error converting nvarchar to data type numeric.');
  return numberOf(scaled(whole, places));
};

const limits = {
  tinyint: [0n, 255n],
  smallint: [-32_768n, 32_767n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

const toInteger = (value: Scalar, type: Scalar): Scalar => {
  if (value === null) return null;
  const number = numberOf(value);
  const whole = typeof number === 'bigint' ? number : BigInt(Math.trunc(number));
  const [least, most] = limits[type as keyof typeof limits] as [bigint, bigint];
  if (whole < least || whole > most)
    throw new SqlServerError(8115, `Arithmetic overflow error converting expression to data type ${type}.`);
  return whole;
};

/** A value as text of at most `length` characters (−1: no limit), a number with its `scale` decimals. */
const toText = (value: Scalar, scale: Scalar, length: Scalar): Scalar => {
  if (value === null) return null;
  const places = Number(scale);
  const text = typeof value === 'string' ? value : places > 0 ? scaled(unscaled(value, places), places) : String(value);
  return Number(length) < 0 ? text : text.slice(0, Number(length));
};

const meets = (value: Scalar, pattern: Scalar, sign: Scalar, unicode: Scalar): Scalar => {
  if (value === null || pattern === null) return null;
  const text = Number(unicode) === 1 ? String(value) : withoutEnd(String(value));
  return matcherOf(sign === null ? String(pattern) : withoutEscapes(String(pattern), String(sign)))(text) ? 1 : 0;
};

/** What T-SQL does and SQLite does not, under the names compiled statements call. */
export const addFunctions = (db: Database.Database): void => {
  const options = { deterministic: true, safeIntegers: true };
  const whenGiven = (change: (text: string) => string) => (value: Scalar) => (value === null ? null : change(String(value)));
  db.function('tsql_key', options, whenGiven(keyOf));
  db.function(
    'tsql_upper',
    options,
    whenGiven((text) => text.toUpperCase()),
  );
  db.function(
    'tsql_lower',
    options,
    whenGiven((text) => text.toLowerCase()),
  );
  db.function('tsql_number', options, (value: Scalar) => (value === null ? null : numberOf(value)));
  db.function('tsql_decimal', options, toDecimal);
  db.function('tsql_integer', options, toInteger);
  db.function('tsql_text', options, toText);
  db.function('tsql_like', options, meets);
};
