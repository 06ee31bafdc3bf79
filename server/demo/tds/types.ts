import { toCp1252 } from './cp1252.ts';
import { dateBytes, datetime2Bytes, datetimeBytes } from './dates.ts';

/** A type of SQL Server as far as this server knows it. Lengths in characters; `max` is Infinity. */
export type SqlType =
  | { readonly name: 'bit' | 'tinyint' | 'smallint' | 'int' | 'bigint' | 'float' | 'datetime' | 'date' }
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly name: 'datetime2'; readonly scale: number }
  | { readonly name: 'char' | 'varchar' | 'nchar' | 'nvarchar'; readonly length: number };

/** A value as the engine holds it: SQLite's own, dates as `YYYY-MM-DD HH:MM:SS.fffffff`, decimals that fit no number as text. */
export type Value = string | number | bigint | null;

/** Modern_Spanish_CI_AS: LCID 3082; case, kana and width are ignored, accents are not. */
export const collation = Buffer.from([0x0a, 0x0c, 0xd0, 0x00, 0x00]);

export const isText = (type: SqlType): type is Extract<SqlType, { length: number }> => 'length' in type;
export const isUnicode = (type: SqlType): boolean => type.name === 'nvarchar' || type.name === 'nchar';
export const isDate = (type: SqlType): boolean => type.name.startsWith('date');

const textIds = { char: 0xaf, varchar: 0xa7, nchar: 0xef, nvarchar: 0xe7 } as const;
const integerBytes = { tinyint: 1, smallint: 2, int: 4, bigint: 8 } as const;

/** TYPE_INFO of a column (MS-TDS 2.2.5.6). */
export const typeInfo = (type: SqlType): Buffer => {
  if (isText(type)) {
    const bytes = type.length === Number.POSITIVE_INFINITY ? 0xffff : type.length * (isUnicode(type) ? 2 : 1);
    return Buffer.concat([Buffer.from([textIds[type.name], bytes & 0xff, bytes >> 8]), collation]);
  }
  switch (type.name) {
    case 'bit':
      return Buffer.from([0x68, 1]);
    case 'float':
      return Buffer.from([0x6d, 8]);
    case 'decimal':
      return Buffer.from([0x6a, 17, type.precision, type.scale]);
    case 'datetime':
      return Buffer.from([0x6f, 8]);
    case 'date':
      return Buffer.from([0x28]);
    case 'datetime2':
      return Buffer.from([0x2a, type.scale]);
    default:
      return Buffer.from([0x26, integerBytes[type.name]]);
  }
};

/** A value as it stands in a row of that type, its length before it. Null has its own mark, unless NBCROW leaves it out. */
export const encode = (type: SqlType, value: Value): Buffer => {
  if (isText(type)) return encodeText(type, value);
  if (value === null) return Buffer.from([0]);
  const bytes = bytesOf(type, value);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
};

const bytesOf = (type: Exclude<SqlType, { length: number }>, value: string | number | bigint): Buffer => {
  switch (type.name) {
    case 'bit':
      return Buffer.from([Number(value) === 0 ? 0 : 1]);
    case 'float': {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(Number(value));
      return bytes;
    }
    case 'decimal':
      return decimalBytes(value, type.scale);
    case 'datetime':
      return datetimeBytes(String(value));
    case 'date':
      return dateBytes(String(value));
    case 'datetime2':
      return datetime2Bytes(String(value), type.scale);
    default:
      return integer(BigInt(value), integerBytes[type.name]);
  }
};

const integer = (value: bigint, length: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes.subarray(0, length);
};

/** A number without its decimal point: 7.5 with two decimals is 750. */
export const unscaled = (value: string | number | bigint, scale: number): bigint => {
  if (typeof value === 'bigint') return value * 10n ** BigInt(scale);
  const text = typeof value === 'number' ? value.toFixed(Math.min(scale, 20)) : value;
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  const digits = BigInt(`${whole}${fraction.padEnd(scale, '0').slice(0, scale)}` || '0');
  return sign === '-' ? -digits : digits;
};

/** And back: 750 with two decimals is '7.50'. */
export const scaled = (digits: bigint, scale: number): string => {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const point = text.length - scale;
  return `${digits < 0n ? '-' : ''}${text.slice(0, point)}${scale > 0 ? `.${text.slice(point)}` : ''}`;
};

const decimalBytes = (value: string | number | bigint, scale: number): Buffer => {
  const digits = unscaled(value, scale);
  const bytes = Buffer.alloc(17);
  bytes.writeUInt8(digits < 0n ? 0 : 1, 0);
  let rest = digits < 0n ? -digits : digits;
  for (let at = 1; at < 17; at++, rest >>= 8n) bytes.writeUInt8(Number(rest & 0xffn), at);
  return bytes;
};

const encodeText = (type: Extract<SqlType, { length: number }>, value: Value): Buffer => {
  const max = type.length === Number.POSITIVE_INFINITY;
  if (value === null) return Buffer.alloc(max ? 8 : 2, 0xff);
  const padded = type.name === 'char' || type.name === 'nchar' ? String(value).padEnd(type.length, ' ') : String(value);
  const bytes = isUnicode(type) ? Buffer.from(padded, 'utf16le') : toCp1252(padded);
  return max ? chunked(bytes) : Buffer.concat([Buffer.from([bytes.length & 0xff, bytes.length >> 8]), bytes]);
};

/** PLP: the whole length, the chunks with theirs, and an empty one to end. */
const chunked = (bytes: Buffer): Buffer => {
  const head = Buffer.alloc(bytes.length > 0 ? 12 : 8);
  head.writeBigUInt64LE(BigInt(bytes.length));
  if (bytes.length > 0) head.writeUInt32LE(bytes.length, 8);
  return Buffer.concat([head, bytes, Buffer.alloc(4)]);
};
