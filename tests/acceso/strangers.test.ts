import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { readScreen, tokenOf, visit } from '#tests/support/screen.ts';
import { addSampleUser, signIn } from '#tests/support/sign-in.ts';

/** An address of that route that leads somewhere, as far as one can be made up. */
const addressOf = (url: string): string =>
  url
    .replace(':site_id', 'xaloc_girona')
    .replace(':accion', 'aprobar')
    .replace(':nombre', 'reclamar')
    .replace('*', 'base.css')
    .replace(/:\w+/g, '1');

/** What a visit itself may leave behind. */
const ofVisits = ['accesos_fallidos', 'auditoria', 'sesiones', 'sqlite_sequence'];

/** A digest of every other table, by name. */
const dump = ({ db }: PageHouse): Record<string, string> => {
  const tables = db.sql("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all() as { name: string }[];
  const kept = tables.filter(({ name }) => !ofVisits.includes(name) && !name.startsWith('tramite_search'));
  const digest = (name: string) => createHash('sha256').update(JSON.stringify(db.sqlite.prepare(`SELECT * FROM "${name}"`).all()));
  return Object.fromEntries(kept.map(({ name }) => [name, digest(name).digest('hex')]));
};

const secret = 'un-secreto-de-prueba';
const house = openPageHouse({ env: { CALLBACK_TOKEN: secret } });
after(() => house.close());

before(async () => {
  fillSample(house.db, house.folder, new Date());
  await addSampleUser(house, 'administrador');
  await house.app.ready();
});

type Asked = { readonly headers?: Record<string, string>; readonly remoteAddress?: string; readonly fields?: Record<string, string> };

const ask = async (method: string, url: string, { headers = {}, remoteAddress = '127.0.0.1', fields = {} }: Asked = {}) => {
  const form = method === 'GET' || method === 'HEAD' ? {} : { payload: new URLSearchParams(fields).toString() };
  const type = 'payload' in form ? { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://127.0.0.1:3000' } : {};
  const answer = await house.app.inject({
    ...{ method: method as 'GET', url, remoteAddress, ...form },
    headers: { host: '127.0.0.1:3000', ...type, ...headers },
  });
  return readScreen(answer.statusCode, answer.headers, answer.body);
};

const routes = () => house.app.declared;
/** What answers without a session, to anybody. */
const isPublic = (url: string) =>
  (url.startsWith('/acceso') && !url.startsWith('/acceso/primera')) ||
  url.startsWith('/publico/') ||
  url === '/salud' ||
  url === '/api/callback';
/** Asks for a proof of its own: callback.test.ts. */
const hasNoProof = ({ url }: { url: string }) => url !== '/api/callback';
const isForMachine = (url: string) => url === '/listo' || url === '/metrics';

describe('a stranger', () => {
  test('knows of no route that the gate does not: there are as many as Fastify has', () => {
    assert.ok(routes().length >= 30);
    for (const { method, url } of routes()) assert.ok(house.app.hasRoute({ method: method as 'GET', url }), `${method} ${url}`);
    const printed = house.app.printRoutes({ commonPrefix: false, includeHooks: false });
    const count = [...printed.matchAll(/\(([A-Z, ]+)\)/g)].flatMap((match) => (match[1] as string).split(', ')).length;
    assert.equal(count, routes().length);
  });

  test('gets from every route only what CONTRACT.md allows', async () => {
    const before = dump(house);
    for (const { method, url } of routes().filter(hasNoProof)) {
      const where = `${method} ${url}`;
      const screen = await ask(method, addressOf(url));
      if (isPublic(url) && !(url === '/acceso/salir')) assert.ok(![303, 401].includes(screen.status), `${where}: ${screen.status}`);
      else if (isForMachine(url)) assert.ok([200, 503].includes(screen.status), where);
      else if (method === 'GET' || method === 'HEAD')
        assert.deepEqual([screen.status, screen.headers.location, screen.html], [303, '/acceso', ''], where);
      else assert.equal(screen.status, 401, where);
    }
    assert.deepEqual(dump(house), before);
  });

  test('gets a page in Spanish for an order, and learns nothing of it', async () => {
    const screen = await ask('POST', '/cola/1/aprobar');
    assert.equal(screen.status, 401);
    assert.equal(screen.heading, 'Hace falta entrar');
    assert.equal(screen.links.get('Entrar'), '/acceso');
    assert.doesNotMatch(screen.text, /Cola|Organismos|2025\//);
  });

  test('sent by htmx is told where to go instead', async () => {
    const partial = await ask('GET', '/cola', { headers: { 'hx-request': 'true', 'hx-request-type': 'partial' } });
    assert.deepEqual([partial.status, partial.headers['hx-redirect']], [401, '/acceso']);
    const order = await ask('POST', '/ciclos', { headers: { 'hx-request': 'true' } });
    assert.deepEqual([order.status, order.headers['hx-redirect']], [401, '/acceso']);
  });

  test('is not told what is there and what is not', async () => {
    assert.equal((await ask('GET', '/no-existe')).status, 303);
    assert.equal((await ask('POST', '/no-existe')).status, 401);
    assert.equal((await ask('DELETE', '/cola/1')).status, 401);
    assert.equal((await ask('GET', '/cola/999999')).status, 303);
    assert.equal((await ask('GET', `/cola/${'9'.repeat(2000)}`)).status, 303);
    assert.equal((await ask('GET', '/publico/..%2f..%2fcola')).status, 303);
  });

  test('is turned away before its Origin and its token are looked at', async () => {
    const screen = await ask('POST', '/ciclos', { headers: { origin: 'http://evil.example' } });
    assert.equal(screen.status, 401);
  });

  for (const url of ['/listo', '/metrics']) {
    test(`from another machine does not get ${url}`, async () => {
      assert.equal((await ask('GET', url, { remoteAddress: '10.0.0.9' })).status, 303);
    });
    test(`behind a proxy of this machine does not get ${url}`, async () => {
      for (const name of ['x-forwarded-for', 'forwarded', 'x-forwarded-host', 'x-real-ip'])
        assert.equal((await ask('GET', url, { headers: { [name]: '127.0.0.1' } })).status, 303, name);
    });
  }

  test('gets /salud, the static files and the door from anywhere', async () => {
    const door = await ask('GET', '/acceso', { remoteAddress: '10.0.0.9', headers: { host: 'cerebro.example' } });
    assert.equal(door.status, 200);
    const sheet = /href="(\/publico\/[^"]+\.css)"/.exec(door.html)?.[1] as string;
    assert.equal((await ask('GET', sheet, { remoteAddress: '10.0.0.9' })).status, 200);
    assert.equal((await ask('GET', '/salud', { remoteAddress: '10.0.0.9' })).status, 200);
  });

  test('sees a door without a menu', async () => {
    const door = await ask('GET', '/acceso');
    assert.doesNotMatch(door.text, /Cola|Usuarios\b.*Auditoría|Salir/);
  });

  test('a program with a proof of its own needs neither Origin nor token, and no session', async () => {
    const answer = await house.app.inject({
      method: 'POST',
      url: '/api/callback',
      headers: { host: '127.0.0.1:3000', 'content-type': 'application/x-www-form-urlencoded', 'x-authorization': secret },
      payload: 'a=1',
    });
    assert.equal(answer.statusCode, 400);
    assert.match(answer.body, /no es JSON/);
  });
});

describe('somebody who may only read', () => {
  test('is refused at every order, and changes nothing', async () => {
    const reader = await signIn(house, 'lectura');
    const token = tokenOf(await visit(house, '/', reader));
    const before = dump(house);
    const asked = routes().filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
    assert.ok(asked.length >= 12);
    for (const { method, url, permiso } of asked) {
      const screen = await ask(method, addressOf(url), {
        headers: { ...(url === '/acceso/salir' ? {} : reader) },
        fields: { _csrf: token },
      });
      if (url.startsWith('/acceso/primera')) assert.equal(screen.status, 404);
      else if (!['publico', 'cuenta.propia', 'ver'].includes(permiso)) assert.equal(screen.status, 403, `${method} ${url}`);
      // A callback without its secret changes nothing but the count of those that came without it.
      const after = url === '/api/callback' ? { ...dump(house), avisos: before.avisos } : dump(house);
      assert.deepEqual(after, before, `${method} ${url}`);
      if (url === '/api/callback') house.db.sqlite.exec('DELETE FROM avisos');
    }
    assert.deepEqual(house.scheduler.ran, []);
  });

  test('is told what role it takes', async () => {
    const reader = await signIn(house, 'lectura');
    const token = tokenOf(await visit(house, '/', reader));
    const screen = await ask('POST', '/cola/3/aprobar', { headers: reader, fields: { _csrf: token } });
    assert.equal(screen.status, 403);
    assert.match(screen.text, /Esto lo puede hacer quien tiene el rol revisor o uno superior; usted entra como lectura\./);
  });

  test('gets every page that may be read', async () => {
    const reader = await signIn(house, 'lectura');
    for (const { method, url, permiso } of routes().filter(
      ({ method, url }) => method === 'GET' && !/^\/(vivo|acceso\/primera)\//.test(url),
    )) {
      const screen = await ask(method, addressOf(url), { headers: reader });
      const expected = ['publico', 'maquina', 'ver', 'cuenta.propia'].includes(permiso);
      assert.equal(screen.status !== 403, expected, url);
    }
  });
});

describe('each role', () => {
  /** An order of each kind, and the least role it takes. */
  const edges = [
    ['operador', '/ciclos'],
    ['operador', '/cola/5/reintentar'],
    ['operador', '/cola/1/cancelar'],
    ['revisor', '/cola/3/aprobar'],
    ['revisor', '/cola/6/resolver'],
    ['administrador', '/organismos/xaloc_girona'],
    ['administrador', '/sistema/ciclos/reclamar'],
    ['administrador', '/usuarios'],
  ] as const;
  const order = ['lectura', 'operador', 'revisor', 'administrador'] as const;

  for (const [least, url] of edges)
    test(`POST ${url} takes ${least}`, async () => {
      for (const rol of order) {
        const who = await signIn(house, rol);
        const token = tokenOf(await visit(house, '/', who));
        const screen = await ask('POST', url, { headers: who, fields: { _csrf: token } });
        assert.equal(screen.status === 403, order.indexOf(rol) < order.indexOf(least), `${rol}: ${screen.status}`);
      }
    });

  for (const [least, url] of [
    ['revisor', '/auditoria'],
    ['administrador', '/usuarios'],
    ['administrador', '/organismos/nuevo'],
    ['lectura', '/cuenta'],
  ] as const)
    test(`GET ${url} takes ${least}`, async () => {
      for (const rol of order) {
        const screen = await visit(house, url, await signIn(house, rol));
        assert.equal(screen.status, order.indexOf(rol) < order.indexOf(least) ? 403 : 200, rol);
      }
    });

  test('sees in the menu only where it may go', async () => {
    const menus = await Promise.all(order.map(async (rol) => (await visit(house, '/', await signIn(house, rol))).links));
    assert.deepEqual(
      menus.map((links) => links.has('Auditoría')),
      [false, false, true, true],
    );
    assert.deepEqual(
      menus.map((links) => links.has('Usuarios')),
      [false, false, false, true],
    );
  });

  test("does not get far with somebody else's token", async () => {
    const token = tokenOf(await visit(house, '/', await signIn(house, 'administrador', 'otra.persona')));
    const screen = await ask('POST', '/ciclos', { headers: await signIn(house, 'administrador'), fields: { _csrf: token } });
    assert.equal(screen.status, 403);
  });

  test('what is refused to somebody stays in the book, without filling it', async () => {
    const pesado = await signIn(house, 'lectura', 'pesado');
    for (let n = 0; n < 15; n++) await ask('POST', '/ciclos', { headers: pesado });
    const rows = house.db.sql("SELECT accion, entidad_id, motivo, host FROM auditoria WHERE usuario = 'pesado'").all();
    assert.ok(rows.length >= 5 && rows.length <= 20, String(rows.length));
    assert.deepEqual([rows[0]?.accion, rows[0]?.entidad_id, rows[0]?.host], ['denegar', 'POST /ciclos', '127.0.0.1']);
  });
});
