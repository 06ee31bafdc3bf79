import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { readScreen, tokenOf } from '#tests/support/screen.ts';
import { addSampleUser, signIn } from '#tests/support/sign-in.ts';

const proxy = '10.0.0.7';
const house = openPageHouse({ env: { PROXY_USUARIO_CABECERA: 'X-Usuario', PROXY_DIRECCIONES: `${proxy}, ::1` } });
after(() => house.close());
before(async () => {
  await addSampleUser(house, 'administrador');
  await addSampleUser(house, 'operador', 'ana.perez');
  await addSampleUser(house, 'operador', 'baja');
  house.db.sqlite.exec(
    "UPDATE usuarios SET clave_hash = NULL WHERE usuario = 'ana.perez'; UPDATE usuarios SET activo = 0 WHERE usuario = 'baja'",
  );
});

const ask = async (
  method: 'GET' | 'POST',
  url: string,
  remoteAddress: string,
  headers: Record<string, string>,
  fields: Record<string, string> = {},
) => {
  const form = method === 'POST' ? { payload: new URLSearchParams(fields).toString() } : {};
  const type = method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  const answer = await house.app.inject({ method, url, remoteAddress, headers: { host: 'panel.example', ...type, ...headers }, ...form });
  return readScreen(answer.statusCode, answer.headers, answer.body);
};

describe('a proxy that is trusted', () => {
  for (const given of ['EMPRESA\\Ana.Perez', 'ana.perez@empresa.example', 'ana.perez'])
    test(`brings in «${given}» without a password`, async () => {
      const screen = await ask('GET', '/', proxy, { 'x-usuario': given });
      assert.equal(screen.status, 200);
      assert.match(screen.text, /ana\.perez operador/);
      assert.doesNotMatch(screen.text, /Salir/);
    });

  test('is the same machine however its address is written', async () => {
    assert.equal((await ask('GET', '/', `::ffff:${proxy}`, { 'x-usuario': 'ana.perez' })).status, 200);
  });

  for (const given of ['nadie', 'baja', 'ana.perez, administrador'])
    test(`does not bring in «${given}», who gets a sentence everywhere`, async () => {
      for (const url of ['/', '/acceso', '/cola']) {
        const screen = await ask('GET', url, proxy, { 'x-usuario': given });
        assert.equal(screen.status, 403, url);
        assert.match(screen.text, /no puede entrar en este panel: pida a un administrador/);
      }
    });

  test('that names nobody leaves the door as it is', async () => {
    assert.equal((await ask('GET', '/', proxy, {})).status, 303);
    assert.equal((await ask('GET', '/acceso', proxy, { 'x-usuario': ' ' })).status, 200);
  });

  test('whoever it brings gives orders with a token of its own, from the address the browser sees', async () => {
    const seen = { 'x-usuario': 'ana.perez', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'cerebro.empresa.example' };
    const token = tokenOf(await ask('GET', '/', proxy, seen));
    const origin = 'https://cerebro.empresa.example';
    assert.equal((await ask('POST', '/ciclos', proxy, { ...seen, origin }, { _csrf: token })).status, 303);
    assert.equal((await ask('POST', '/ciclos', proxy, { ...seen, origin: 'http://panel.example' }, { _csrf: token })).status, 403);
    const other = tokenOf(await ask('GET', '/', proxy, { ...seen, 'x-usuario': 'administrador' }));
    assert.equal((await ask('POST', '/ciclos', proxy, { ...seen, origin }, { _csrf: other })).status, 403);
  });

  test('tells who is behind it for the book', async () => {
    const seen = { 'x-usuario': 'ana.perez', 'x-forwarded-for': '10.1.1.1' };
    await ask('POST', '/usuarios', proxy, seen);
    assert.equal(house.db.sql("SELECT host FROM auditoria WHERE usuario = 'ana.perez' ORDER BY auditoria_id DESC").get()?.host, '10.1.1.1');
  });

  test('brings in people who have no password to change', async () => {
    assert.equal((await ask('GET', '/cuenta', proxy, { 'x-usuario': 'ana.perez' })).text.includes('No tiene contraseña propia'), true);
  });
});

describe('anybody else', () => {
  test('is not believed about who it is', async () => {
    for (const address of ['10.0.0.8', '127.0.0.1', '::ffff:10.0.0.8']) {
      assert.equal((await ask('GET', '/', address, { 'x-usuario': 'administrador' })).status, 303, address);
      assert.equal((await ask('POST', '/ciclos', address, { 'x-usuario': 'administrador' })).status, 401, address);
    }
  });

  test('does not become the proxy by saying that it comes from it', async () => {
    const lies = { 'x-usuario': 'administrador', 'x-forwarded-for': proxy, forwarded: `for=${proxy}` };
    assert.equal((await ask('GET', '/', '10.0.0.8', lies)).status, 303);
  });

  test('is not believed about the address it was called by', async () => {
    const who = await signIn(house, 'administrador');
    const token = tokenOf(await ask('GET', '/', '10.0.0.8', who));
    const lies = { ...who, 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', origin: 'https://evil.example' };
    assert.equal((await ask('POST', '/ciclos', '10.0.0.8', lies, { _csrf: token })).status, 403);
  });

  test('keeps the session it has, whatever the header says', async () => {
    const who = await signIn(house, 'administrador');
    assert.match((await ask('GET', '/', '10.0.0.8', { ...who, 'x-usuario': 'ana.perez' })).text, /administrador administrador Salir/);
  });
});

describe('the settings of the proxy', () => {
  const given = { ORIGEN_URL: 'sqlite:x', BOT_USER: 'x' };
  test('say whose header it is; a proxy that names nobody is one like any other', () => {
    assert.throws(() => parseConfig({ ...given, PROXY_USUARIO_CABECERA: 'X-Usuario' }), /PROXY_DIRECCIONES falta/);
    assert.deepEqual(parseConfig({ ...given, PROXY_DIRECCIONES: '10.0.0.7' }).PROXY_DIRECCIONES, ['10.0.0.7']);
  });
  test('name single addresses and one header', () => {
    for (const wrong of ['proxy.example', '10.0.0.0/8', '10.0.0.7,', '0.0.0.0.0'])
      assert.throws(
        () => parseConfig({ ...given, PROXY_USUARIO_CABECERA: 'X-Usuario', PROXY_DIRECCIONES: wrong }),
        /direcciones IP separadas por comas/,
        wrong,
      );
    assert.throws(
      () => parseConfig({ ...given, PROXY_USUARIO_CABECERA: 'X Usuario', PROXY_DIRECCIONES: '10.0.0.7' }),
      /nombre de una cabecera/,
    );
  });
});
