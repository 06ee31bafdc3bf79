/** Kinds of message a client sends, and the one it gets back (MS-TDS 2.2.3.1.1). */
export const packetType = {
  batch: 0x01,
  rpc: 0x03,
  result: 0x04,
  attention: 0x06,
  transaction: 0x0e,
  login: 0x10,
  prelogin: 0x12,
} as const;

/** A whole message, its packets joined. */
export type Message = { readonly type: number; readonly payload: Buffer };

const headerLength = 8;
const endOfMessage = 0x01;
/** Nothing our clients send comes near it; whoever sends more speaks something else. */
const longestMessage = 64 * 1024 * 1024;

/** What is not TDS: the connection is of no use any more. */
export class ProtocolError extends Error {}

/**
 * Joins bytes into messages, wherever the packets and the chunks of the socket begin and end.
 * @throws ProtocolError (from `push`) for bytes that are no packets.
 */
export const createReader = () => {
  let pending: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let size = 0;

  const nextPacket = (): Buffer | null => {
    if (pending.length < headerLength) return null;
    const length = pending.readUInt16BE(2);
    if (length < headerLength) throw new ProtocolError(`a packet of ${length} bytes`);
    if (pending.length < length) return null;
    const packet = pending.subarray(0, length);
    pending = pending.subarray(length);
    return packet;
  };

  const take = (packet: Buffer): Message | null => {
    size += packet.length - headerLength;
    if (size > longestMessage) throw new ProtocolError(`a message of more than ${longestMessage} bytes`);
    parts.push(packet.subarray(headerLength));
    if ((packet.readUInt8(1) & endOfMessage) === 0) return null;
    const message = { type: packet.readUInt8(0), payload: Buffer.concat(parts) };
    parts = [];
    size = 0;
    return message;
  };

  return {
    /** The messages these bytes complete. */
    push(chunk: Buffer): Message[] {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const messages: Message[] = [];
      for (let packet = nextPacket(); packet !== null; packet = nextPacket()) {
        const message = take(packet);
        if (message) messages.push(message);
      }
      return messages;
    },
    /** What came after the last whole packet. */
    rest: (): Buffer => pending,
  };
};

/** A message as packets of at most `packetSize` bytes, one after another. */
export const frame = (type: number, payload: Buffer, packetSize = 4096): Buffer => {
  const room = packetSize - headerLength;
  const count = Math.max(1, Math.ceil(payload.length / room));
  const out = Buffer.alloc(payload.length + count * headerLength);
  for (let at = 0; at < count; at++) {
    const part = payload.subarray(at * room, (at + 1) * room);
    const start = at * packetSize;
    out.writeUInt8(type, start);
    out.writeUInt8(at === count - 1 ? endOfMessage : 0, start + 1);
    out.writeUInt16BE(part.length + headerLength, start + 2);
    out.writeUInt8((at + 1) % 256, start + 6);
    part.copy(out, start + headerLength);
  }
  return out;
};
