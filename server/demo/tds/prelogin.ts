import { ProtocolError } from './packets.ts';

/** How much of the conversation goes through TLS, as a server wants it. */
export type Encryption = 'off' | 'on' | 'required';

const option = { version: 0x00, encryption: 0x01, instance: 0x02, thread: 0x03, mars: 0x04, end: 0xff } as const;
const encrypt = { off: 0x00, on: 0x01, notSupported: 0x02, required: 0x03 } as const;

/** What client and server agree on: through TLS, in clear, or not at all. */
export type Agreement = { readonly answer: Buffer; readonly tls: boolean; readonly refused: boolean };

/** Answers a PRELOGIN. @throws ProtocolError */
export const agree = (payload: Buffer, wanted: Encryption): Agreement => {
  const asked = encryptionOf(payload);
  const clientCan = asked === encrypt.on || asked === encrypt.required || asked === encrypt.off;
  const clientWants = asked === encrypt.on || asked === encrypt.required;
  if (wanted === 'off') return { answer: answerWith(encrypt.notSupported), tls: false, refused: false };
  if (wanted === 'required') return { answer: answerWith(encrypt.required), tls: clientCan, refused: !clientCan };
  if (clientWants) return { answer: answerWith(encrypt.on), tls: true, refused: false };
  return { answer: answerWith(encrypt.notSupported), tls: false, refused: false };
};

const encryptionOf = (payload: Buffer): number => {
  for (let at = 0; at < payload.length && payload.readUInt8(at) !== option.end; at += 5) {
    if (at + 5 > payload.length) break;
    const start = payload.readUInt16BE(at + 1);
    if (payload.readUInt8(at) === option.encryption && start < payload.length) return payload.readUInt8(start);
  }
  throw new ProtocolError('a PRELOGIN without encryption');
};

/** Version 13.0 (SQL Server 2016), the default instance, no MARS. */
const answerWith = (encryption: number): Buffer => {
  const options: [number, Buffer][] = [
    [option.version, Buffer.from([13, 0, 0x10, 0, 0, 0])],
    [option.encryption, Buffer.from([encryption])],
    [option.instance, Buffer.from([0])],
    [option.thread, Buffer.alloc(0)],
    [option.mars, Buffer.from([0])],
  ];
  const head = Buffer.alloc(options.length * 5 + 1, option.end);
  let start = head.length;
  for (const [at, [token, data]] of options.entries()) {
    head.writeUInt8(token, at * 5);
    head.writeUInt16BE(start, at * 5 + 1);
    head.writeUInt16BE(data.length, at * 5 + 3);
    start += data.length;
  }
  return Buffer.concat([head, ...options.map(([, data]) => data)]);
};
