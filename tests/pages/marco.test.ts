import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { menu } from '#server/marco/menu.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';

const cookieOf = (headers: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  [headers['set-cookie']]
    .flat()
    .map(String)
    .find((cookie) => cookie.startsWith(`${name}=`));

describe('the frame of every page', () => {
  const house = openPageHouse();
  const { ids } = fillSample(house.db, house.folder, new Date());
  after(() => house.close());

  test('counts what waits behind each entry, and says nothing of zeros', async () => {
    const { links, html } = await visit(house, '/sistema');
    assert.equal(links.get('Cola 5 pendientes o en curso'), '/cola');
    assert.equal(links.get('Revisión 2 esperan a una persona'), '/revision');
    assert.equal(links.get('Errores 1 fallidos'), '/errores');
    assert.doesNotMatch(html, /id="cuenta-\w+" hidden/);
    house.db.sqlite.exec("UPDATE tramite_queue SET status = 'completed' WHERE status = 'failed'");
    assert.match((await visit(house, '/sistema')).html, /id="cuenta-errores" hidden/);
    house.db.sql("UPDATE tramite_queue SET status = 'failed' WHERE id = ?").run(ids.failed);
  });

  test('says which entry of the menu the page belongs to', async () => {
    for (const [path, word] of [
      ['/', 'Panel'],
      ['/cola/4', 'Cola'],
      ['/organismos/reus', 'Organismos'],
    ] as const)
      assert.match((await visit(house, path)).html, new RegExp(`aria-current="page">(?:<svg.*?</svg>)?${word}`), path);
  });

  test('leads to every page of the menu once', () => {
    const addresses = menu.flatMap(({ places }) => places.map(({ href }) => href));
    assert.equal(new Set(addresses).size, addresses.length);
  });

  test('looks for a trámite from any page', async () => {
    const { html } = await visit(house, '/sistema');
    assert.match(html, /<form class="buscador" action="\/cola" role="search"/);
    assert.match(html, /placeholder="Expediente, recurso, matrícula o registro"/);
  });

  for (const path of ['/', '/cola', '/cola/1', '/organismos', '/organismos/reus', '/ciclos', '/ciclos?pagina=antes-2', '/sistema', '/nada'])
    test(`has one stream on ${path}`, async () => {
      const { html } = await visit(house, path);
      assert.equal(html.match(/hx-sse:connect="/g)?.length, 1);
    });
});

describe('the message after an order', () => {
  const house = openPageHouse();
  const { ids } = fillSample(house.db, house.folder, new Date());
  after(() => house.close());

  /** Gives the order and opens the page it leads to, as a browser does. */
  const follow = async (url: string, fields: Record<string, string> = {}) => {
    const answer = await send(house, url, fields);
    assert.equal(answer.status, 303);
    const cookie = cookieOf(answer.headers, 'cerebro_flash') ?? '';
    return { cookie, screen: await visit(house, String(answer.headers.location), { cookie: cookie.split(';')[0] as string }) };
  };

  test('tells what was done, once, in a cookie no script can read', async () => {
    const { cookie, screen } = await follow(`/cola/${ids.awaiting_confirmation}/aprobar`);
    assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Lax/);
    assert.match(screen.text, /Aprobado Se enviará en cuanto haya un robot libre\./);
    assert.match(cookieOf(screen.headers, 'cerebro_flash') ?? '', /cerebro_flash=;/);
  });

  test('follows every order', async () => {
    assert.match((await follow(`/cola/${ids.failed}/reintentar`)).screen.text, /Vuelve a la cola Empezará desde el principio/);
    assert.match((await follow(`/cola/${ids.failed}/cancelar`)).screen.text, /Cancelado Ningún robot lo trabajará/);
    assert.match(
      (await follow(`/cola/${ids.needs_review}/resolver`, { resultado: 'no_presentado' })).screen.text,
      /No presentado Vuelve a la cola/,
    );
    assert.match(
      (await follow('/organismos/base_online', { active: '0' })).screen.text,
      /Apagado: no se reclama nada nuevo\. Organismos base_online/,
    );
    assert.match((await follow('/ciclos')).screen.text, /El ciclo ha terminado/);
    assert.match((await follow('/sistema/ciclos/despachar')).screen.text, /Ha terminado: Dar trámites a los robots/);
  });

  test('is not spent by a partial request', async () => {
    const answer = await send(house, '/ciclos');
    const cookie = (cookieOf(answer.headers, 'cerebro_flash') ?? '').split(';')[0] as string;
    const part = await visit(house, '/ciclos', { cookie, 'hx-request-type': 'partial' });
    assert.equal(cookieOf(part.headers, 'cerebro_flash'), undefined);
    assert.doesNotMatch(part.text, /El ciclo ha terminado/);
  });

  for (const [what, value] of Object.entries({
    'no base64': '%%%',
    'no JSON': Buffer.from('hola').toString('base64url'),
    'another tone': Buffer.from(JSON.stringify({ tone: 'x" onload="', icon: 'hecho', title: 'hola' })).toString('base64url'),
    'another icon': Buffer.from(JSON.stringify({ tone: 'bien', icon: '../x', title: 'hola' })).toString('base64url'),
    'too long a text': 'A'.repeat(3500),
    null: Buffer.from('null').toString('base64url'),
  }))
    test(`a cookie with ${what} says nothing and harms nothing`, async () => {
      const screen = await visit(house, '/cola', { cookie: `cerebro_flash=${value}` });
      assert.equal(screen.status, 200);
      assert.match(screen.html, /<div id="mensajes"><\/div>/);
    });

  test('a message is text, whatever it holds', async () => {
    const value = Buffer.from(JSON.stringify({ tone: 'bien', icon: 'hecho', title: '<script>1</script>' })).toString('base64url');
    assert.match((await visit(house, '/cola', { cookie: `cerebro_flash=${value}` })).html, /&lt;script&gt;1/);
  });
});

describe('light and dark', () => {
  const house = openPageHouse();
  after(() => house.close());

  const choose = (tema: string, vuelta: string, headers: Record<string, string> = {}) => send(house, '/tema', { tema, vuelta }, headers);

  test('are chosen by the person and come with the page', async () => {
    const answer = await choose('oscuro', '/cola?estado=failed');
    assert.deepEqual([answer.status, answer.headers.location], [303, '/cola?estado=failed']);
    const cookie = cookieOf(answer.headers, 'cerebro_tema') ?? '';
    assert.match(cookie, /^cerebro_tema=oscuro; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax/);
    const { html } = await visit(house, '/cola', { cookie: 'cerebro_tema=oscuro' });
    assert.match(html, /<html lang="es" data-tema="oscuro">/);
    assert.match(html, /value="oscuro" title="Oscuro" aria-pressed="true"/);
  });

  test('follow the system again when asked', async () => {
    assert.match(cookieOf((await choose('sistema', '/')).headers, 'cerebro_tema') ?? '', /^cerebro_tema=;/);
    assert.match((await visit(house, '/', { cookie: 'cerebro_tema=azul' })).html, /<html lang="es">/);
  });

  test('anything else is refused', async () => {
    assert.equal((await choose('azul', '/')).status, 422);
  });

  for (const [vuelta, place] of [
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['/.//evil.example', '/'],
    ['/x/..//evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['', '/'],
  ] as const)
    test(`«${vuelta}» is no way back`, async () => {
      assert.equal((await choose('claro', vuelta)).headers.location, place);
    });

  test('without a way back they come back to where the person was', async () => {
    const answer = await choose('claro', '', { referer: 'http://127.0.0.1:3000/organismos?x=1' });
    assert.equal(answer.headers.location, '/organismos?x=1');
    assert.equal((await choose('claro', '', { referer: 'http://evil.example/x' })).headers.location, '/');
  });
});
