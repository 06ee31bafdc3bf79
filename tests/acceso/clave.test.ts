import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import test, { mock } from 'node:test';
import { hashClave, matchesClave } from '#server/acceso/clave.ts';

const clave = 'una frase larga de prueba';

test('a password is known again, and no other is', async () => {
  const hash = await hashClave(clave);
  assert.equal(await matchesClave(clave, hash), true);
  for (const other of ['', 'una frase larga de prueb', 'Una frase larga de prueba', `${clave} `])
    assert.equal(await matchesClave(other, hash), false);
});

test('the hash carries its parameters: 32 MiB at least, and a salt of its own', async () => {
  const [one, other] = [await hashClave(clave), await hashClave(clave)];
  assert.notEqual(one, other);
  const [kind, N, r, p] = one.split('$');
  assert.deepEqual([kind, N, r, p], ['scrypt', '32768', '8', '3']);
  assert.ok(128 * Number(N) * Number(r) >= 32 * 1024 ** 2);
  assert.doesNotMatch(one, /frase/);
});

test('a hash made with other parameters is still read', async () => {
  const salt = Buffer.alloc(16, 7);
  const key = crypto.scryptSync(clave, salt, 32, { N: 1024, r: 4, p: 1 });
  assert.equal(await matchesClave(clave, `scrypt$1024$4$1$${salt.toString('base64url')}$${key.toString('base64url')}`), true);
});

test('the same letters in other code points are the same password', async () => {
  assert.equal(await matchesClave('contrase\u006e\u0303a larga', await hashClave('contraseña larga')), true);
});

test('what is no hash of ours lets nobody in and does not fail', async () => {
  for (const wrong of [
    '',
    'x',
    'scrypt$1$2$3',
    'bcrypt$32768$8$3$AA$AA',
    'scrypt$32767$8$3$AAAA$AAAA',
    `scrypt$1073741824$8$3$AA$${'A'.repeat(43)}`,
  ])
    assert.equal(await matchesClave(clave, wrong), false, wrong);
});

test('whoever is not there costs what whoever is there costs: one derivation of the same cost', async () => {
  const hash = await hashClave(clave);
  const spied = mock.method(crypto, 'scrypt');
  syncBuiltinESMExports();
  try {
    for (const encoded of [hash, null, 'x']) await matchesClave('no es esta', encoded);
    const costs = spied.mock.calls.map((call) => (call.arguments as unknown[])[3]);
    assert.equal(costs.length, 3);
    assert.deepEqual(costs[1], costs[0]);
    assert.deepEqual(costs[2], costs[0]);
  } finally {
    mock.restoreAll();
    syncBuiltinESMExports();
  }
});
