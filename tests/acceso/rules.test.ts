import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { claveProblem, isName, usuarioProblem } from '#server/acceso/fields.ts';
import { permisos, puede, roles } from '#server/acceso/permisos.ts';
import { bareName, isForwarded, isLoopbackAddress, isOwnOrigin, judgeTry, placeToReturn } from '#server/acceso/rules.ts';
import { canonicalAddress } from '#server/lib/address.ts';

test('the user of the proxy comes without its domain, in lower case', () => {
  for (const given of ['EMPRESA\\Ana.Perez', 'ana.perez@empresa.example', 'ANA.PEREZ', ' ana.perez ', 'a\\b\\ana.perez@x@y'])
    assert.equal(bareName(given), 'ana.perez', given);
});

test('no domain changes who it is', () => {
  const word = fc.stringMatching(/^[a-z0-9._-]{1,20}$/);
  fc.assert(
    fc.property(word, word, (name, domain) => {
      assert.equal(bareName(`${domain.toUpperCase()}\\${name}`), name);
      assert.equal(bareName(`${name}@${domain}`), name);
      assert.equal(bareName(name.toUpperCase()), name);
    }),
  );
});

test('whatever is asked for, the way back is a path of this panel', () => {
  const nasty = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.string().map((text) => `/${text}`),
    fc.constantFrom('//x.example', '/\\x.example', '/\t/x.example', '/..//x.example'),
  );
  fc.assert(
    fc.property(nasty, (wanted) => {
      const place = placeToReturn(wanted);
      assert.ok(place.startsWith('/') && !place.startsWith('//'));
      assert.equal(new URL(place, 'http://panel.example').origin, 'http://panel.example');
    }),
  );
});

test('the way back keeps the page and its filter, and never leads to the door itself', () => {
  assert.equal(placeToReturn('/cola?estado=failed&q=2025%2F1'), '/cola?estado=failed&q=2025%2F1');
  for (const wanted of [
    undefined,
    '',
    '/acceso',
    '/acceso?x=1',
    '/acceso/primera/x',
    '/vivo/cola',
    '/publico/x/base.css',
    '//evil.example/cola',
    'https://evil.example/',
  ])
    assert.equal(placeToReturn(wanted), '/');
});

test('an address is the same however it is written', () => {
  assert.equal(canonicalAddress('::ffff:10.0.0.7'), '10.0.0.7');
  assert.equal(canonicalAddress('0:0:0:0:0:0:0:1'), '::1');
  assert.equal(canonicalAddress('2001:DB8:0::7'), canonicalAddress('2001:db8::7'));
  assert.equal(canonicalAddress(undefined), '');
});

test('only the loopback is this machine', () => {
  for (const own of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1']) assert.ok(isLoopbackAddress(own), own);
  for (const other of ['10.0.0.1', '1.127.0.0.1', '::2', '', undefined]) assert.ok(!isLoopbackAddress(other), other);
});

test('what a proxy adds gives it away', () => {
  assert.ok(!isForwarded({ host: 'x', 'user-agent': 'x' }));
  for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'])
    assert.ok(isForwarded({ [name]: 'x' }));
});

test('an order comes from the address it is sent to, or from the one the panel is known by', () => {
  const address = { protocol: 'http', host: '10.0.0.5:3000' };
  assert.ok(isOwnOrigin('http://10.0.0.5:3000', address));
  assert.ok(isOwnOrigin('https://panel.example', address, 'https://panel.example/cerebro'));
  assert.ok(!isOwnOrigin('https://panel.example', address));
  assert.ok(!isOwnOrigin('https://panel.example.evil.example', address, 'https://panel.example'));
  assert.ok(!isOwnOrigin(undefined, address, 'https://panel.example'));
  assert.ok(!isOwnOrigin('null', address, 'https://panel.example'));
});

test('a role may what the lesser ones may', () => {
  for (const permiso of permisos)
    fc.assert(
      fc.property(fc.nat(3), fc.nat(3), (one, other) => {
        const [lesser, greater] = [roles[Math.min(one, other)], roles[Math.max(one, other)]] as const;
        if (lesser && greater && puede(lesser, permiso)) assert.ok(puede(greater, permiso));
      }),
    );
});

test('a name is lower case letters, figures and three signs', () => {
  for (const name of ['a', 'ana.perez', 'x_1-2', 'a'.repeat(64)]) assert.ok(isName(name));
  for (const name of ['', 'Ana', 'ana perez', 'añá', 'a'.repeat(65), 'a/b', '*', '?']) assert.ok(usuarioProblem(name));
});

test('a password is only asked to be long', () => {
  assert.equal(claveProblem('diez letras'), undefined);
  assert.match(claveProblem('nueve.nue') ?? '', /10 caracteres/);
  assert.match(claveProblem('x'.repeat(257)) ?? '', /256/);
});

const now = new Date('2026-03-02T09:00:00.000Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();

test('the door rests a quarter of an hour from the last failure that counted, and then begins anew', () => {
  assert.deepEqual(judgeTry(undefined, 10, now), { restMs: 0, next: 1 });
  assert.deepEqual(judgeTry({ veces: 9, ultimoAt: ago(30) }, 10, now), { restMs: 0, next: 10 });
  assert.deepEqual(judgeTry({ veces: 10, ultimoAt: ago(5) }, 10, now), { restMs: 10 * 60_000, next: 10 });
  assert.deepEqual(judgeTry({ veces: 10, ultimoAt: ago(15) }, 10, now), { restMs: 0, next: 1 });
  assert.deepEqual(judgeTry({ veces: 9, ultimoAt: ago(24 * 60) }, 10, now), { restMs: 0, next: 1 });
});

test('a clock that went back does not keep the door shut for longer', () => {
  assert.equal(judgeTry({ veces: 10, ultimoAt: ago(-600) }, 10, now).restMs, 15 * 60_000);
});
