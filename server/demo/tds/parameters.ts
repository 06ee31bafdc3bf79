import { fromCp1252 } from './cp1252.ts';
import { type Cursor, createCursor } from './cursor.ts';
import { dateText, datetime2Text, datetimeText } from './dates.ts';
import { ProtocolError } from './packets.ts';
import { type SqlType, scaled, type Value } from './types.ts';

export type Parameter = { readonly name: string; readonly type: SqlType; readonly value: Value };

/** A request for a remote procedure. */
export type Call = { readonly procedure: string; readonly parameters: readonly Parameter[] };

/** Procedures that go by number (MS-TDS 2.2.6.6). */
const numbered: Readonly<Record<number, string>> = {
  10: 'sp_executesql',
  11: 'sp_prepare',
  12: 'sp_execute',
  13: 'sp_prepexec',
  15: 'sp_unprepare',
};

/** Skips ALL_HEADERS, which say how long they are. */
export const afterHeaders = (payload: Buffer): Buffer => {
  const length = payload.length < 4 ? 0 : payload.readUInt32LE(0);
  if (length < 4 || length > payload.length) throw new ProtocolError('a request without headers');
  return payload.subarray(length);
};

/** Reads an RPC request. @throws ProtocolError for one of several calls, or of types this server does not know. */
export const readCall = (payload: Buffer): Call => {
  const cursor = createCursor(afterHeaders(payload));
  const length = cursor.u16();
  const procedure = length === 0xffff ? nameOf(cursor.u16()) : cursor.text(length);
  cursor.u16();
  const parameters: Parameter[] = [];
  while (!cursor.done()) parameters.push(readParameter(cursor));
  return { procedure, parameters };
};

const nameOf = (number: number): string => numbered[number] ?? `procedure ${number}`;

const readParameter = (cursor: Cursor): Parameter => {
  const name = cursor.text(cursor.u8());
  cursor.u8();
  const id = cursor.u8();
  return { name, ...readTyped(id, cursor) };
};

const readTyped = (id: number, cursor: Cursor): { type: SqlType; value: Value } => {
  switch (id) {
    case 0x26:
      return readInteger(cursor);
    case 0x68:
      cursor.u8();
      return { type: { name: 'bit' }, value: whenGiven(cursor, (bytes) => bytes.readUInt8(0)) };
    case 0x6d:
      cursor.u8();
      return { type: { name: 'float' }, value: whenGiven(cursor, (b) => (b.length === 4 ? b.readFloatLE(0) : b.readDoubleLE(0))) };
    case 0x6a:
    case 0x6c:
      return readDecimal(cursor);
    case 0x6f:
      cursor.u8();
      return { type: { name: 'datetime' }, value: whenGiven(cursor, datetimeText) };
    case 0x28:
      return { type: { name: 'date' }, value: whenGiven(cursor, dateText) };
    case 0x2a: {
      const scale = cursor.u8();
      return { type: { name: 'datetime2', scale }, value: whenGiven(cursor, (bytes) => datetime2Text(bytes, scale)) };
    }
    case 0xa7:
    case 0xaf:
    case 0xe7:
    case 0xef:
      return readText(id, cursor);
    default:
      throw new ProtocolError(`a parameter of type 0x${id.toString(16)}`);
  }
};

const whenGiven = <T extends Value>(cursor: Cursor, read: (bytes: Buffer) => T): T | null => {
  const bytes = cursor.bytes(cursor.u8());
  return bytes.length === 0 ? null : read(bytes);
};

const integerNames = { 1: 'tinyint', 2: 'smallint', 4: 'int', 8: 'bigint' } as const;

const readInteger = (cursor: Cursor): { type: SqlType; value: Value } => {
  const name = integerNames[cursor.u8() as keyof typeof integerNames];
  const read = (b: Buffer) => (b.length === 1 ? BigInt(b.readUInt8(0)) : BigInt.asIntN(b.length * 8, littleEndian(b)));
  return { type: { name }, value: whenGiven(cursor, read) };
};

const littleEndian = (bytes: Buffer): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

const readDecimal = (cursor: Cursor): { type: SqlType; value: Value } => {
  cursor.u8();
  const [precision, scale] = [cursor.u8(), cursor.u8()];
  const read = (bytes: Buffer) => scaled(littleEndian(bytes.subarray(1)) * (bytes.readUInt8(0) === 0 ? -1n : 1n), scale);
  return { type: { name: 'decimal', precision, scale }, value: whenGiven(cursor, read) };
};

const textNames = { 167: 'varchar', 175: 'char', 231: 'nvarchar', 239: 'nchar' } as const;

const readText = (id: keyof typeof textNames, cursor: Cursor): { type: SqlType; value: Value } => {
  const size = cursor.u16();
  cursor.bytes(5);
  const unicode = id === 0xe7 || id === 0xef;
  const bytes = size === 0xffff ? readChunks(cursor) : shortBytes(cursor);
  const length = size === 0xffff ? Number.POSITIVE_INFINITY : size / (unicode ? 2 : 1);
  const value = bytes === null ? null : unicode ? bytes.toString('utf16le') : fromCp1252(bytes);
  return { type: { name: textNames[id], length }, value };
};

const shortBytes = (cursor: Cursor): Buffer | null => {
  const length = cursor.u16();
  return length === 0xffff ? null : cursor.bytes(length);
};

const readChunks = (cursor: Cursor): Buffer | null => {
  if (cursor.u64() === 0xffff_ffff_ffff_ffffn) return null;
  const chunks: Buffer[] = [];
  for (let length = cursor.u32(); length > 0; length = cursor.u32()) chunks.push(cursor.bytes(length));
  return Buffer.concat(chunks);
};
