import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Identity } from './certificate.ts';
import { createReader, frame, packetType } from './packets.ts';

/**
 * The two ends of TLS inside TDS (MS-TDS 3.2.5.2): while they shake hands, TLS records travel wrapped in PRELOGIN packets;
 * from then on the records stand bare on the wire and the packets are inside them.
 */
class Wrapping extends Duplex {
  readonly #socket: Socket;
  #reader: ReturnType<typeof createReader> | null = createReader();
  #written: Buffer[] = [];
  #wrapping = true;

  constructor(socket: Socket, first: Buffer) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.push(null));
    socket.on('close', () => this.destroy());
    socket.on('error', (error) => this.destroy(error));
    if (first.length > 0) this.#receive(first);
  }

  #receive(chunk: Buffer): void {
    if (this.#reader === null) {
      if (!this.push(chunk)) this.#socket.pause();
      return;
    }
    try {
      // Bare records begin with 0x16 or 0x17, wrapped ones with 0x12.
      if (this.#reader.rest().length === 0 && chunk[0] !== packetType.prelogin) {
        this.#reader = null;
        this.push(chunk);
        return;
      }
      for (const { payload } of this.#reader.push(chunk)) this.push(payload);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (!this.#wrapping) {
      this.#socket.write(chunk, done);
      return;
    }
    // One message per flight: a client reads one answer for each it sends.
    this.#written.push(chunk);
    if (this.#written.length === 1) setImmediate(() => this.#flush());
    done();
  }

  #flush(): void {
    const payload = Buffer.concat(this.#written);
    this.#written = [];
    if (payload.length > 0 && !this.#socket.destroyed) this.#socket.write(frame(packetType.prelogin, payload));
  }

  /** The handshake is over on our side. */
  unwrap(): void {
    this.#flush();
    this.#wrapping = false;
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

/** Shakes hands inside PRELOGIN packets; resolves with the socket in clear. `first` came after the client's PRELOGIN. */
export const secure = (socket: Socket, identity: Identity, first: Buffer): Promise<TLSSocket> => {
  const wrapping = new Wrapping(socket, first);
  // TLS 1.3 ends its handshake with a message nobody waits for; the protocol was drawn with 1.2 in mind.
  const tls = new TLSSocket(wrapping, { isServer: true, ...identity, maxVersion: 'TLSv1.2' });
  return new Promise((resolve, reject) => {
    // The event comes while the last flight is still on its way down to us.
    tls.once('secure', () =>
      setImmediate(() =>
        setImmediate(() => {
          wrapping.unwrap();
          resolve(tls);
        }),
      ),
    );
    tls.once('error', reject);
    wrapping.once('close', () => reject(new Error('the client left during the handshake')));
  });
};
