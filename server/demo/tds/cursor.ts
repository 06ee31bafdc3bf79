import { ProtocolError } from './packets.ts';

/** Reads a payload from its beginning, value by value. @throws ProtocolError beyond its end. */
export const createCursor = (payload: Buffer) => {
  let at = 0;
  const bytes = (length: number): Buffer => {
    if (at + length > payload.length) throw new ProtocolError('a message cut short');
    at += length;
    return payload.subarray(at - length, at);
  };
  return {
    bytes,
    u8: (): number => bytes(1).readUInt8(0),
    u16: (): number => bytes(2).readUInt16LE(0),
    u32: (): number => bytes(4).readUInt32LE(0),
    u64: (): bigint => bytes(8).readBigUInt64LE(0),
    /** That many characters of UTF-16. */
    text: (length: number): string => bytes(length * 2).toString('utf16le'),
    done: (): boolean => at >= payload.length,
  };
};

export type Cursor = ReturnType<typeof createCursor>;
