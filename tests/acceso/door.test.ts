import assert from 'node:assert/strict';
import test, { describe, type TestContext } from 'node:test';
import { hashOf } from '#server/acceso/sesiones.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { readScreen, type Screen, send, tokenOf, visit } from '#tests/support/screen.ts';
import { addSampleUser, sampleClave, signIn } from '#tests/support/sign-in.ts';

const open = (t: TestContext, options: Parameters<typeof openPageHouse>[0] = {}) => {
  const house = openPageHouse(options);
  t.after(() => house.close());
  return house;
};

const cookiesOf = ({ headers }: Screen): string[] => [headers['set-cookie'] ?? []].flat().map(String);
const cookieOf = (screen: Screen, name: string): string => cookiesOf(screen).find((cookie) => cookie.startsWith(`${name}=`)) ?? '';
const bare = (cookie: string): string => cookie.split(';')[0] as string;

const enter = (house: PageHouse, usuario: string, clave: string, headers: Record<string, string> = {}) =>
  send(house, '/acceso', { usuario, clave }, headers);

/** As after so many wrong passwords in a row; each real one takes its time on purpose. */
const failed = (house: PageHouse, usuario: string, veces: number): void => {
  const at = house.deps.clock.now().toISOString();
  house.db.sql("INSERT INTO accesos_fallidos (usuario, host, veces, ultimo_at) VALUES (?, '127.0.0.1', ?, ?)").run(usuario, veces, at);
};

describe('the door', () => {
  test('leads in who knows the password, with a cookie no script can read', async (t) => {
    const house = open(t);
    await addSampleUser(house, 'operador', 'ana');
    const screen = await enter(house, 'Ana ', sampleClave);
    assert.deepEqual([screen.status, screen.headers.location], [303, '/']);
    const cookie = cookieOf(screen, 'cerebro_sesion');
    assert.match(cookie, /^cerebro_sesion=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const page = await visit(house, '/', { cookie: bare(cookie) });
    assert.equal(page.status, 200);
    assert.match(page.text, /ana operador Salir/);
  });

  test('the file holds a hash of the cookie only', async (t) => {
    const house = open(t);
    await addSampleUser(house, 'operador', 'ana');
    const secret = bare(cookieOf(await enter(house, 'ana', sampleClave), 'cerebro_sesion')).split('=')[1] as string;
    const row = house.db.sql('SELECT * FROM sesiones').get();
    assert.equal(row?.sesion_hash, hashOf(secret));
    assert.ok(!JSON.stringify(row).includes(secret));
  });

  test('the cookie is Secure when the panel is reached by https', async (t) => {
    const house = open(t, { env: { URL_PUBLICA: 'https://panel.example' } });
    await addSampleUser(house, 'operador', 'ana');
    const screen = await enter(house, 'ana', sampleClave, { origin: 'https://panel.example' });
    assert.match(cookieOf(screen, 'cerebro_sesion'), /; Secure/);
  });

  test('says the same of who is unknown, who is wrong and who is switched off, and never repeats the password', async (t) => {
    const house = open(t);
    await addSampleUser(house, 'operador', 'ana');
    await addSampleUser(house, 'operador', 'baja');
    house.db.sqlite.exec("UPDATE usuarios SET activo = 0 WHERE usuario = 'baja'");
    const screens = [
      await enter(house, 'ana', 'otra contraseña'),
      await enter(house, 'nadie', 'otra contraseña'),
      await enter(house, 'baja', sampleClave),
    ];
    for (const screen of screens) {
      assert.equal(screen.status, 422);
      assert.match(screen.text, /El usuario o la contraseña no son correctos, o ese usuario no puede entrar\./);
      assert.doesNotMatch(screen.html, /otra contraseña|una frase larga/);
      assert.equal(cookieOf(screen, 'cerebro_sesion'), '');
    }
    assert.equal(screens[0]?.fields.get('usuario'), 'ana');
    assert.equal(screens[0]?.fields.get('clave'), '');
  });

  test('gives another session at each entry and ends the one before', async (t) => {
    const house = open(t);
    const before = await signIn(house, 'operador', 'ana');
    const screen = await enter(house, 'ana', sampleClave, before);
    const after = { cookie: bare(cookieOf(screen, 'cerebro_sesion')) };
    assert.notEqual(after.cookie, before.cookie);
    assert.equal((await visit(house, '/', before)).status, 303);
    assert.equal((await visit(house, '/', after)).status, 200);
  });

  test('a session somebody made up is worth nothing', async (t) => {
    const house = open(t);
    await addSampleUser(house, 'operador', 'ana');
    const planted = { cookie: `cerebro_sesion=${'A'.repeat(43)}` };
    const screen = await enter(house, 'ana', sampleClave, planted);
    assert.notEqual(bare(cookieOf(screen, 'cerebro_sesion')), planted.cookie);
    assert.equal((await visit(house, '/', planted)).status, 303);
  });

  test('whoever is in already goes on to the Panel', async (t) => {
    const house = open(t);
    const screen = await visit(house, '/acceso', await signIn(house, 'lectura'));
    assert.deepEqual([screen.status, screen.headers.location], [303, '/']);
  });

  test('there is nothing to sign in to while there are no users', async (t) => {
    const screen = await visit(open(t), '/acceso');
    assert.deepEqual([screen.status, screen.headers.location], [303, '/']);
  });

  test('leads back to the page somebody wanted, once', async (t) => {
    const house = open(t);
    await addSampleUser(house, 'operador', 'ana');
    const turned = await visit(house, '/cola?estado=failed');
    assert.deepEqual([turned.status, turned.headers.location], [303, '/acceso']);
    const place = cookieOf(turned, 'cerebro_vuelta');
    assert.match(place, /; Max-Age=600; Path=\/acceso; HttpOnly; SameSite=Lax$/);
    const screen = await enter(house, 'ana', sampleClave, { cookie: bare(place) });
    assert.equal(screen.headers.location, '/cola?estado=failed');
    assert.match(cookieOf(screen, 'cerebro_vuelta'), /^cerebro_vuelta=;/);
  });

  for (const place of ['https://evil.example/', '//evil.example', '/\\evil.example', '/acceso/salir'])
    test(`does not lead to «${place}»`, async (t) => {
      const house = open(t);
      await addSampleUser(house, 'operador', 'ana');
      const screen = await enter(house, 'ana', sampleClave, { cookie: `cerebro_vuelta=${encodeURIComponent(place)}` });
      assert.equal(screen.headers.location, '/');
    });

  test('its form is good for nobody but the door', async (t) => {
    const house = open(t);
    const ana = await signIn(house, 'administrador', 'ana');
    const doors = tokenOf(await visit(house, '/acceso'));
    const screen = await send(house, '/ciclos', { _csrf: doors }, ana);
    assert.equal(screen.status, 403);
    assert.deepEqual(house.scheduler.ran, []);
  });

  test('the way out ends the session', async (t) => {
    const house = open(t);
    const ana = await signIn(house, 'lectura', 'ana');
    const screen = await send(house, '/acceso/salir', {}, ana);
    assert.deepEqual([screen.status, screen.headers.location], [303, '/acceso']);
    assert.match(cookieOf(screen, 'cerebro_sesion'), /^cerebro_sesion=;/);
    assert.equal((await visit(house, '/', ana)).status, 303);
  });
});

describe('a door that is tried too often', () => {
  test('the tenth wrong password in a row answers 429 with how long to wait', async (t) => {
    const house = open(t, { clock: manualClock() });
    await addSampleUser(house, 'operador', 'ana');
    for (let n = 1; n <= 9; n++) assert.equal((await enter(house, 'ana', 'no es esta')).status, 422);
    const tenth = await enter(house, 'ana', 'no es esta');
    assert.deepEqual([tenth.status, tenth.headers['retry-after']], [429, '900']);
    assert.match(tenth.text, /espere 15 minutos/);
    assert.equal(tenth.fields.get('usuario'), 'ana');
  });

  test('rests for a quarter of an hour, for the right password too, and then lets in', async (t) => {
    const clock = manualClock();
    const house = open(t, { clock });
    await addSampleUser(house, 'operador', 'ana');
    failed(house, 'ana', 10);
    await clock.advance(14 * 60_000);
    const early = await enter(house, 'ana', sampleClave);
    assert.equal(early.status, 429);
    assert.match(early.text, /espere 1 minuto y/);
    await clock.advance(60_000);
    assert.equal((await enter(house, 'ana', sampleClave)).status, 303);
  });

  test('a right one in between begins the count anew', async (t) => {
    const house = open(t, { clock: manualClock() });
    await addSampleUser(house, 'operador', 'ana');
    failed(house, 'ana', 9);
    assert.equal((await enter(house, 'ana', sampleClave)).status, 303);
    assert.equal((await enter(house, 'ana', 'no es esta')).status, 422);
    assert.equal(house.db.sql("SELECT veces FROM accesos_fallidos WHERE usuario = 'ana'").get()?.veces, 1);
  });

  test('somebody else, and the same user from elsewhere, are not kept out', async (t) => {
    const house = open(t, { clock: manualClock() });
    await addSampleUser(house, 'operador', 'ana');
    await addSampleUser(house, 'operador', 'berta');
    failed(house, 'ana', 10);
    assert.equal((await enter(house, 'ana', sampleClave)).status, 429);
    assert.equal((await enter(house, 'berta', sampleClave)).status, 303);
    const token = tokenOf(await visit(house, '/acceso'));
    const elsewhere = await house.app.inject({
      ...{ method: 'POST', url: '/acceso', remoteAddress: '10.0.0.9' },
      headers: { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ _csrf: token, usuario: 'ana', clave: sampleClave }).toString(),
    });
    assert.equal(readScreen(elsewhere.statusCode, elsewhere.headers, elsewhere.body).status, 303);
  });

  test('fifty in a row from one address, whoever it tries to be, rest that address', async (t) => {
    const house = open(t, { clock: manualClock() });
    await addSampleUser(house, 'operador', 'ana');
    failed(house, '*', 48);
    assert.equal((await enter(house, 'uno', 'x')).status, 422);
    assert.equal((await enter(house, 'otro', 'x')).status, 429);
    assert.equal((await enter(house, 'ana', sampleClave)).status, 429);
  });

  test('many at once do not slip through together', async (t) => {
    const house = open(t, { clock: manualClock() });
    await addSampleUser(house, 'operador', 'ana');
    failed(house, 'ana', 7);
    const screens = await Promise.all(Array.from({ length: 7 }, () => enter(house, 'ana', 'no es esta')));
    assert.equal(screens.filter(({ status }) => status === 422).length, 2);
    assert.equal(screens.filter(({ status }) => status === 429).length, 5);
  });

  test('what is typed where the name goes is not kept when it cannot be a name', async (t) => {
    const house = open(t, { clock: manualClock() });
    await addSampleUser(house, 'operador', 'ana');
    await enter(house, 'Mi Contraseña Secreta!', 'x');
    const kept = JSON.stringify([house.db.sql('SELECT * FROM accesos_fallidos').all(), house.db.sql('SELECT * FROM auditoria').all()]);
    assert.doesNotMatch(kept, /secreta/i);
  });
});
