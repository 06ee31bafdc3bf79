import { ProtocolError } from './packets.ts';

/** What a client says about itself when it signs in. */
export type Login = {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly packetSize: number;
  readonly app: string;
};

/** Where offset and length of each text stand in the fixed part (MS-TDS 2.2.6.4). */
const place = { user: 40, password: 44, app: 48, database: 68 } as const;

/** Reads a LOGIN7. @throws ProtocolError */
export const readLogin = (payload: Buffer): Login => {
  if (payload.length < 94 || payload.readUInt32LE(0) > payload.length) throw new ProtocolError('a LOGIN7 cut short');
  const bytes = (at: number): Buffer => {
    const [start, length] = [payload.readUInt16LE(at), payload.readUInt16LE(at + 2) * 2];
    if (start + length > payload.length) throw new ProtocolError('a LOGIN7 that points outside itself');
    return payload.subarray(start, start + length);
  };
  const text = (at: number) => bytes(at).toString('utf16le');
  return {
    user: text(place.user),
    password: unscrambled(bytes(place.password)),
    app: text(place.app),
    database: text(place.database),
    packetSize: Math.min(Math.max(payload.readUInt32LE(8), 512), 32_767),
  };
};

const unscrambled = (bytes: Buffer): string =>
  Buffer.from(bytes.map((byte) => ((byte ^ 0xa5) >> 4) | (((byte ^ 0xa5) << 4) & 0xf0))).toString('utf16le');
