import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDocument } from '#workers/robots/identity.ts';

test('a NIF is split before its control letter', () => {
  assert.deepEqual(readDocument('00000000T'), { kind: 'NIF', number: '00000000', control: 'T' });
  assert.deepEqual(readDocument('12345678Z'), { kind: 'NIF', number: '12345678', control: 'Z' });
});

test('a NIE counts its first letter as a digit', () => {
  assert.deepEqual(readDocument('X0000000T'), { kind: 'NIF', number: 'X0000000', control: 'T' });
  assert.deepEqual(readDocument('Y0000000Z'), { kind: 'NIF', number: 'Y0000000', control: 'Z' });
  assert.deepEqual(readDocument('Z0000000M'), { kind: 'NIF', number: 'Z0000000', control: 'M' });
});

test('the CIF of a company ends in a digit, that of a public body in a letter', () => {
  assert.deepEqual(readDocument('B00000000'), { kind: 'CIF', number: 'B0000000', control: '0' });
  assert.deepEqual(readDocument('A00000018'), { kind: 'CIF', number: 'A0000001', control: '8' });
  assert.deepEqual(readDocument('P0000001H'), { kind: 'CIF', number: 'P0000001', control: 'H' });
  assert.equal(readDocument('B0000000J'), null);
  assert.equal(readDocument('P00000018'), null);
});

test('a passport of three letters and digits has no control character', () => {
  assert.deepEqual(readDocument('AAA000001'), { kind: 'PS', number: 'AAA000001', control: '' });
});

test('a wrong control character is not a document', () => {
  assert.equal(readDocument('12345678A'), null);
  assert.equal(readDocument('X0000000A'), null);
  assert.equal(readDocument('B00000001'), null);
});

test('text of any other shape is not a document', () => {
  for (const text of ['', '1234567Z', '123456789Z', 'I0000000T', 'B0000000', '00000000t', '٠٠٠٠٠٠٠٠T'])
    assert.equal(readDocument(text), null, text);
});

test('of the 23 letters exactly one closes a DNI', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999 }), (number) => {
      const digits = String(number).padStart(8, '0');
      const accepted = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((letter) => readDocument(digits + letter));
      assert.equal(accepted.length, 1);
    }),
  );
});

test('of the ten digits exactly one closes the CIF of a company', () => {
  fc.assert(
    fc.property(fc.constantFrom('A', 'B', 'E', 'H'), fc.integer({ min: 0, max: 9_999_999 }), (type, number) => {
      const stem = type + String(number).padStart(7, '0');
      assert.equal([...'0123456789'].filter((digit) => readDocument(stem + digit)).length, 1);
    }),
  );
});
