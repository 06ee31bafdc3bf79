import assert from 'node:assert/strict';
import test from 'node:test';
import type { FastifyInstance } from 'fastify';
import { listenAt } from '#server/lib/listen.ts';

test('where nobody can listen is told in one sentence, with the setting to change', async () => {
  const refusing = (code: string) =>
    ({ listen: () => Promise.reject(Object.assign(new Error(code), { code })) }) as unknown as FastifyInstance;
  const place = { host: '10.9.9.9', port: 80, named: { host: 'HOST', port: 'PORT' } };
  const told = (code: string) =>
    listenAt(refusing(code), place).then(
      () => '',
      (error) => error.message,
    );
  assert.match(await told('EADDRINUSE'), /^El puerto 80 de 10\.9\.9\.9 ya está en uso: .* elija otro con PORT\.$/);
  assert.match(await told('EACCES'), /^Esta cuenta no puede escuchar en el puerto 80 .* elija otro con PORT\.$/);
  for (const code of ['EADDRNOTAVAIL', 'ENOTFOUND'])
    assert.match(await told(code), /^HOST=10\.9\.9\.9 no es una dirección de esta máquina/);
  assert.equal(await told('OTRA'), 'OTRA');
});
