import sql from 'mssql';
import type { Parameter } from './mssql-connect.ts';

/** A column as INFORMATION_SCHEMA tells it. */
export type Column = {
  /** As it is really spelled. */
  readonly name: string;
  readonly type: string;
  /** Characters; -1 or null: no limit. */
  readonly length: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
};

/** A name as an SQL identifier. */
export const bracketed = (name: string): string => `[${name.replaceAll(']', ']]')}]`;

const wholeDigits = { tinyint: 3, smallint: 5, int: 10, bigint: 19 } as const;
const limits = { tinyint: 255n, smallint: 32_767n, int: 2_147_483_647n, bigint: 9_223_372_036_854_775_807n } as const;

const isWhole = (type: string): type is keyof typeof wholeDigits => type in wholeDigits;
const isExact = (type: string): boolean => type === 'decimal' || type === 'numeric';
const isRounded = (type: string): boolean => ['float', 'real', 'money', 'smallmoney'].includes(type);
export const isTextual = (type: string): boolean => /char|text|xml|uniqueidentifier/.test(type);

/** What no payload is made of. */
export const isOpaque = (type: string): boolean =>
  ['binary', 'varbinary', 'image', 'timestamp', 'rowversion', 'sql_variant', 'geography', 'geometry', 'hierarchyid'].includes(type);

/** A number with every digit, which a JavaScript number would lose: as text. */
const exactText = (column: string): string => `CAST(${column} AS varchar(60))`;

/** A column as it is read: numbers that could lose digits as text, the old long texts as texts of today. */
export const reading = ({ name, type }: Column, alias: string): string => {
  const column = `${alias}.${bracketed(name)}`;
  if (isExact(type) || type === 'bigint') return exactText(column);
  if (isRounded(type)) return exactText(`CAST(${column} AS decimal(28, 4))`);
  if (type === 'text' || type === 'ntext' || type === 'xml') return `CAST(${column} AS nvarchar(max))`;
  return column;
};

/** The type of SQL Server a key column is compared in; null for one that no whole number can be a key of. */
export const keyType = ({ type, precision, scale }: Column): string | null => {
  if (isWhole(type)) return type;
  if (isExact(type)) return `decimal(${precision ?? 18}, ${scale ?? 0})`;
  if (isRounded(type)) return 'decimal(28, 4)';
  return null;
};

/** Whether a column can hold that whole number at all: asking for one it cannot would be an error, and not «no rows». */
const fits = ({ type, precision, scale }: Column, id: string): boolean => {
  if (isWhole(type)) return BigInt(id) <= limits[type];
  if (isExact(type)) return id.length <= (precision ?? 18) - (scale ?? 0);
  return !isRounded(type) || id.length <= 24;
};

/** Ids in one statement: of several statements of the same length the server keeps one plan. */
const lengths = [1, 2, 5, 10, 25, 50, 100, 200, 300];
export const mostIds = 300;

export type KeyList = { readonly sql: string; readonly parameters: readonly Parameter[] };

/**
 * The list of an IN over a key column, each key a parameter in the column's own type, so that its index serves; null
 * when the column can hold none of them. Lists are filled up to a few lengths with their last key.
 */
export const keyList = (column: Column, ids: readonly string[], prefix = 'id'): KeyList | null => {
  const fitting = ids.filter((id) => fits(column, id));
  const last = fitting.at(-1);
  if (last === undefined) return null;
  const length = lengths.find((one) => one >= fitting.length) ?? fitting.length;
  const filled = [...fitting, ...Array<string>(length - fitting.length).fill(last)];
  const type = keyType(column);
  if (type === null) return textKeys(column, filled, prefix);
  return {
    sql: filled.map((_, at) => `CAST(@${prefix}${at} AS ${type})`).join(', '),
    parameters: filled.map((id, at) => ({ name: `${prefix}${at}`, type: sql.VarChar(40), value: id })),
  };
};

/** A column of texts may write 90001 as «90001.0» too. */
const textKeys = (column: Column, ids: readonly string[], prefix: string): KeyList => {
  const parameters = ids.flatMap((id, at) => [
    textParameter(`${prefix}${at}`, column, id),
    textParameter(`${prefix}${at}d`, column, `${id}.0`),
  ]);
  return { sql: parameters.map(({ name }) => `@${name}`).join(', '), parameters };
};

/**
 * A text in the column's own kind: comparing a varchar with Unicode would keep its index from serving. What is not plain
 * travels as Unicode all the same, since a varchar is written in the code page of the base and not in the column's.
 */
export const textParameter = (name: string, { type, length }: Pick<Column, 'type' | 'length'>, value: string | null): Parameter => {
  const narrow = (type === 'varchar' || type === 'char') && /^[\x20-\x7e]*$/.test(value ?? '');
  const size = Math.max(length ?? 0, value?.length ?? 0, 1);
  const limitless = length === null || length < 0 || size > (narrow ? 8000 : 4000);
  return { name, type: narrow ? sql.VarChar(limitless ? sql.MAX : size) : sql.NVarChar(limitless ? sql.MAX : size), value };
};

/** A small number for a column that may hold it as text. */
export const numberParameter = (name: string, column: Column, value: number | null): Parameter =>
  isTextual(column.type) ? textParameter(name, column, value === null ? null : String(value)) : { name, type: sql.Int(), value };

/** Whether a parameter of those can be sent for that number. */
export const isSmall = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= 2_147_483_647;
