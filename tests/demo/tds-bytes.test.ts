import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeIdentity } from '#server/demo/tds/certificate.ts';
import { fromCp1252, toCp1252 } from '#server/demo/tds/cp1252.ts';
import { datetime2Bytes, datetime2Text, datetimeBytes, datetimeText } from '#server/demo/tds/dates.ts';
import { createReader, frame, ProtocolError } from '#server/demo/tds/packets.ts';
import { scaled, unscaled } from '#server/demo/tds/types.ts';

const messages = fc.array(
  fc.record(
    {
      type: fc.constantFrom(1, 3, 4, 6, 14, 16, 18),
      payload: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 5 },
);

/** The bytes cut into pieces of those lengths, over and over. */
const cut = (bytes: Buffer, lengths: readonly number[]): Buffer[] => {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] as number;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
};

test('messages come out as they went in, however small the packets and wherever the wire cuts them', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(messages, lengths, fc.integer({ min: 9, max: 4096 }), (sent, pieces, packetSize) => {
      const reader = createReader();
      const wire = Buffer.concat(sent.map(({ type, payload }) => frame(type, payload, packetSize)));
      assert.deepEqual(
        cut(wire, pieces).flatMap((piece) => reader.push(piece)),
        sent,
      );
      assert.equal(reader.rest().length, 0);
    }),
  );
});

test('no packet is longer than agreed', () => {
  const wire = frame(4, Buffer.alloc(10_000), 4096);
  assert.equal(wire.readUInt16BE(2), 4096);
  assert.equal(wire.length, 10_000 + 3 * 8);
});

test('a packet shorter than its own header is no packet', () => {
  assert.throws(() => createReader().push(Buffer.from([1, 1, 0, 3, 0, 0, 0, 0])), ProtocolError);
});

test('a decimal loses no digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), fc.integer({ min: 0, max: 10 }), (digits, scale) =>
      assert.equal(unscaled(scaled(digits, scale), scale), digits),
    ),
  );
});

test('dates come back to the instant the type can hold', () => {
  const dates = fc.date({ min: new Date('1753-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      const text = date.toISOString().replace('T', ' ').replace('Z', '');
      assert.equal(datetime2Text(datetime2Bytes(text, 7), 7), text);
      const kept = Date.parse(`${datetimeText(datetimeBytes(text)).replace(' ', 'T')}Z`);
      assert.ok(Math.abs(kept - date.getTime()) <= 2, `${text} became ${kept}`);
    }),
  );
});

test('a varchar keeps what Windows-1252 has, and shows a question mark for the rest', () => {
  const text = 'L’Empordà: 5 € – «XALOC» D´EMPORDÀ';
  assert.equal(fromCp1252(toCp1252(text)), text);
  assert.equal(fromCp1252(toCp1252('Ω')), '?');
});

test('the certificate is for localhost, and its own', () => {
  const certificate = new X509Certificate(makeIdentity().cert);
  assert.ok(certificate.checkHost('localhost'));
  assert.ok(certificate.checkIP('127.0.0.1'));
  assert.ok(certificate.verify(certificate.publicKey));
  assert.ok(Date.parse(certificate.validTo) > Date.now() + 365 * 86_400_000);
});
