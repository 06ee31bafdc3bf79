import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import { isLoopbackHost } from '#server/acceso/rules.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { send, tokenOf, visit } from '#tests/support/screen.ts';

describe('the gate of the panel', () => {
  const house = openPageHouse();
  after(() => house.close());

  const post = async (headers: Record<string, string>, fields: Record<string, string> = {}) => {
    const before = house.scheduler.ran.length;
    const answer = await house.app.inject({
      method: 'POST',
      url: '/ciclos',
      headers: { host: '127.0.0.1:3000', 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(fields).toString(),
    });
    return { status: answer.statusCode, body: answer.body, happened: house.scheduler.ran.length > before };
  };

  for (const host of ['127.0.0.1:3000', 'localhost:3000', 'LOCALHOST', '127.8.9.10', '[::1]:3000'])
    test(`lets in who asks for ${host}`, async () => {
      assert.equal((await visit(house, '/', { host })).status, 200);
    });

  for (const host of ['cerebro.example', '192.168.1.20:3000', '127.0.0.1.example.com', 'localhost.example.com', '10.127.0.0.1'])
    test(`refuses who asks for «${host}» while there are no users`, async () => {
      const screen = await visit(house, '/', { host });
      assert.equal(screen.status, 403);
      assert.match(screen.text, /solo se abre desde esta misma máquina/);
    });

  test('refuses a request that names no host at all', () => {
    assert.equal(isLoopbackHost(undefined), false);
    assert.equal(isLoopbackHost(''), false);
  });

  test('refuses strangers at the probes and the static files too', async () => {
    for (const url of ['/salud', '/listo', '/vivo/cola']) assert.equal((await visit(house, url, { host: 'cerebro.example' })).status, 403);
  });

  test('every page carries the strict policy and keeps nothing in caches', async () => {
    const { headers } = await visit(house, '/cola');
    assert.equal(
      headers['content-security-policy'],
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    assert.equal(headers['referrer-policy'], 'same-origin');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers.vary, 'HX-Request-Type');
  });

  test('an order without Origin is refused and nothing happens', async () => {
    const token = tokenOf(await visit(house, '/'));
    const { status, happened } = await post({}, { _csrf: token });
    assert.deepEqual([status, happened], [403, false]);
  });

  for (const origin of ['http://evil.example', 'http://127.0.0.1:4000', 'https://127.0.0.1:3000', 'null'])
    test(`an order that comes from ${origin} is refused and nothing happens`, async () => {
      const token = tokenOf(await visit(house, '/'));
      const { status, happened, body } = await post({ origin }, { _csrf: token });
      assert.deepEqual([status, happened], [403, false]);
      assert.match(body, /no viene de una página de este panel/);
    });

  for (const [what, fields] of Object.entries({
    'no token': {},
    'another token': { _csrf: 'x'.repeat(43) },
    'an empty token': { _csrf: '' },
  }))
    test(`an order with ${what} is refused and nothing happens`, async () => {
      const { status, happened } = await post({ origin: 'http://127.0.0.1:3000' }, fields);
      assert.deepEqual([status, happened], [403, false]);
    });

  test('an order with Origin and token is obeyed, the token in the field or in the header', async () => {
    assert.equal((await send(house, '/ciclos')).status, 303);
    const token = tokenOf(await visit(house, '/'));
    const { status, happened } = await post({ origin: 'http://127.0.0.1:3000', 'x-csrf-token': token });
    assert.deepEqual([status, happened], [303, true]);
  });

  test('a form larger than any of ours is refused', async () => {
    const screen = await send(house, '/organismos', { regex_expediente: 'x'.repeat(100_000) });
    assert.equal(screen.status, 413);
    assert.match(screen.text, /pasa del tamaño que admite el panel/);
  });

  test('what is not a form is refused in Spanish', async () => {
    const screen = await send(house, '/organismos', {}, { 'content-type': 'application/xml' });
    assert.equal(screen.status, 415);
    assert.match(screen.text, /solo admite formularios/);
  });

  test('while nobody can sign in, who comes through a proxy on this machine is a stranger too', async () => {
    for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip'])
      assert.equal((await visit(house, '/', { [header]: '10.0.0.9' })).status, 403, header);
  });

  test('an empty header hides no right token, and the last of two counts', async () => {
    const token = tokenOf(await visit(house, '/'));
    assert.equal((await send(house, '/tema', { tema: 'claro' }, { 'x-csrf-token': '' })).status, 303);
    const twice = await house.app.inject({
      ...{ method: 'POST', url: '/tema', payload: `_csrf=x&_csrf=${token}&tema=claro` },
      headers: { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000', 'content-type': 'application/x-www-form-urlencoded' },
    });
    assert.equal(twice.statusCode, 303);
  });

  test('the secret behind the token is readable by its owner only', () => {
    assert.equal(statSync(join(house.folder, 'panel.clave')).mode & 0o777, 0o600);
  });

  test('a page opened before a restart still works after it', async () => {
    const before = tokenOf(await visit(house, '/'));
    const again = openPageHouse({ folder: house.folder });
    const after = tokenOf(await visit(again, '/'));
    await again.close();
    assert.equal(after, before);
    assert.ok(before.length >= 40);
  });
});
