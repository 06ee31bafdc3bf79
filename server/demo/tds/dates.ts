import { ProtocolError } from './packets.ts';

const dayMs = 86_400_000;
const since1900 = Date.UTC(1900, 0, 1);
const since0001 = new Date(0).setUTCFullYear(1, 0, 1);

/** A date without a zone, as text, in milliseconds; fractions of them are cut. */
const instantOf = (text: string): number => {
  const [, date, time = '00:00:00', fraction = ''] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?)?/.exec(text) ?? [];
  const instant = Date.parse(`${date}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  if (Number.isNaN(instant)) throw new ProtocolError(`«${text}» is no date`);
  return instant;
};

const textOf = (instant: number): string => new Date(instant).toISOString().replace('T', ' ').replace('Z', '');

/** datetime: days since 1900 and three-hundredths of a second. */
export const datetimeBytes = (text: string): Buffer => {
  const instant = instantOf(text);
  const days = Math.floor((instant - since1900) / dayMs);
  const bytes = Buffer.alloc(8);
  bytes.writeInt32LE(days);
  bytes.writeUInt32LE(Math.round(((instant - since1900 - days * dayMs) * 3) / 10), 4);
  return bytes;
};

export const datetimeText = (bytes: Buffer): string =>
  textOf(since1900 + bytes.readInt32LE(0) * dayMs + Math.round((bytes.readUInt32LE(4) * 10) / 3));

/** date: days since the year 1. */
export const dateBytes = (text: string): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Math.floor((instantOf(text) - since0001) / dayMs));
  return bytes.subarray(0, 3);
};

export const dateText = (bytes: Buffer): string => textOf(since0001 + bytes.readUIntLE(0, 3) * dayMs).slice(0, 10);

const timeLength = (scale: number): number => (scale <= 2 ? 3 : scale <= 4 ? 4 : 5);

/** datetime2: fractions of the day in units of 10^-scale seconds, then the date. */
export const datetime2Bytes = (text: string, scale: number): Buffer => {
  const instant = instantOf(text);
  const days = Math.floor((instant - since0001) / dayMs);
  const units = Math.floor((instant - since0001 - days * dayMs) * 10 ** (scale - 3));
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE(BigInt(units));
  return Buffer.concat([time.subarray(0, timeLength(scale)), dateBytes(text)]);
};

export const datetime2Text = (bytes: Buffer, scale: number): string => {
  const length = timeLength(scale);
  const ms = bytes.readUIntLE(0, length) / 10 ** (scale - 3);
  return textOf(since0001 + bytes.readUIntLE(length, 3) * dayMs + Math.round(ms));
};
