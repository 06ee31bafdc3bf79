import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import type { Deps } from '#server/deps.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { send, visit } from '#tests/support/screen.ts';
import { free, openSourceHouse } from '#tests/support/source-house.ts';

const address = '/organismos/xaloc_girona';
const partial = { 'hx-request': 'true', 'hx-request-type': 'partial' };

describe('the trial of a form', () => {
  const house = openSourceHouse([
    ...Array.from({ length: 8 }, (_, n) => free(10 + n, `2025/${160580 + n}-MUL`)),
    free(30, '2026/400-MUL'),
    free(31, '2025/160999-MUL', { TExp: 5 }),
    free(32, '2025/160998-MUL', { UsuarioAsignado: 'Nom' }),
    free(33, ''),
    free(34, '2025/160997-MUL', { Organisme: 'XALOC FIGUERES' }),
    free(-5, '2025/160996-MUL'),
    free(35, '2025/160995-MUL', { Organisme: 'REUS' }),
  ]);
  house.db.sqlite.exec(
    "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, active, prioridad) VALUES ('antes', '%XALOC%', '2', '^2025/160580-MUL$', 1, 1)",
  );
  after(() => house.close());
  const typed = {
    query_organisme: '%XALOC%',
    excluir_organisme: '%FIGUERES%',
    filtro_texp: '2,3',
    regex_expediente: '^\\d{4}/\\d{6}-MUL$',
    solo_sin_asignar: '1',
    url_template: 'https://x.example/?e={expediente}&id={idRecurso}',
  };
  const everything = () => [
    house.db.sql('SELECT * FROM organismo_config').all(),
    ...['organismo_versiones', 'ensayos', 'events', 'auditoria'].map(
      (table) => house.db.sql(`SELECT count(*) AS n FROM ${table}`).get()?.n,
    ),
  ];

  test('answers a fragment: what a cycle would claim, with links, and what not, each reason with its samples', async () => {
    const before = everything();
    const { status, text, html, links } = await send(house, `${address}/prueba`, typed, partial);
    assert.equal(status, 200);
    assert.doesNotMatch(html, /<html|<form/);
    assert.match(text, /Un ciclo reclamaría 7 de 14; 1 se lo lleva otro organismo\./);
    for (const told of [
      /Se reclamarían \(7\) 2025\/160581-MUL recurso 11/,
      /El expediente no cumple la expresión regular \(1\) 2026\/400-MUL/,
      /Su TExp no está en el filtro \(1\) 2025\/160999-MUL/,
      /Ya tiene un usuario asignado \(1\) 2025\/160998-MUL/,
      /No tiene número de expediente \(1\) \(sin expediente\)/,
      /El organismo del recurso está entre los excluidos \(1\) 2025\/160997-MUL/,
      /Su idRecurso está vacío, es negativo o no es un número entero \(1\) 2025\/160996-MUL/,
      /Lo toma otro organismo con más prioridad \(1\) 2025\/160580-MUL/,
      /También los tomaría otro organismo \(1\) 2025\/160580-MUL .* Se lo lleva antes\./,
    ])
      assert.match(text, told);
    assert.equal(links.get('https://x.example/?e=2025%2F160581-MUL&id=11'), 'https://x.example/?e=2025%2F160581-MUL&id=11');
    assert.deepEqual(everything(), before);
  });

  test("catches the seed's own expression rejecting what looks right, and offers one that does not", async () => {
    const { text } = await send(house, `${address}/prueba`, { ...typed, regex_expediente: '^.{3}/.{6}-MUL$' }, partial);
    assert.match(text, /Un ciclo no reclamaría ninguno de 14/);
    assert.match(text, /rechaza \d+ expedientes que parecen buenos 8 como 2025\/160580-MUL : la expresión no acepta ningún expediente/);
    assert.match(text, /Se acepta con \^\\d\{4\}\/\\d\{6\}-MUL\$/);
    assert.match(text, /No la cumple 2025\/160585-MUL/);
  });

  test('rules nobody can read yet are a sentence, not a failure', async () => {
    for (const [field, value, told] of [
      ['regex_expediente', '^\\d{4}/(', /La expresión regular no es válida/],
      ['query_organisme', ' ', /El patrón de organismo no es válido/],
      ['filtro_texp', '2;3', /El filtro de TExp no es válido/],
    ] as const) {
      const { status, text } = await send(house, `${address}/prueba`, { ...typed, [field]: value }, partial);
      assert.equal(status, 200);
      assert.match(text, told);
      assert.doesNotMatch(text, /Un ciclo/);
    }
  });

  test('of a new one needs no name, and what is on takes before it', async () => {
    const { text } = await send(house, '/organismos/nuevo/prueba', { ...typed, site_id: '' }, partial);
    assert.match(text, /Un ciclo reclamaría 7 de 14; 1 se lo lleva otro organismo\./);
    assert.doesNotMatch(text, /identificador/);
  });

  test('an organismo called «prueba» keeps its own form', async () => {
    const added = await send(house, '/organismos', { ...typed, site_id: 'prueba' });
    assert.equal(added.headers.location, '/organismos/prueba');
    assert.equal((await send(house, '/organismos/prueba', { filtro_texp: '3' })).status, 303);
    assert.equal((await send(house, '/organismos/prueba/prueba', typed, partial)).status, 200);
  });

  test('without JavaScript it is the whole page again, the form as it was typed and the result beside it', async () => {
    for (const [url, heading] of [
      [`${address}/prueba`, 'xaloc_girona'],
      ['/organismos/nuevo/prueba', 'Organismo nuevo'],
    ] as const) {
      const screen = await send(house, url, { ...typed, filtro_texp: '3' });
      assert.deepEqual([screen.status, screen.heading], [200, heading]);
      assert.equal(screen.fields.get('filtro_texp'), '3');
      assert.match(screen.text, /Un ciclo no reclamaría ninguno de 14/);
      assert.ok(screen.buttons.includes('Probar con el origen'));
    }
    assert.equal(house.db.sql("SELECT filtro_texp FROM organismo_config WHERE site_id = 'xaloc_girona'").get()?.filtro_texp, '2,3');
  });

  test('the page tries what is typed by itself, and only the newest question counts', async () => {
    const { html } = await visit(house, address);
    assert.match(html, /hx-post="\/organismos\/xaloc_girona\/prueba" hx-trigger="click, input changed delay:500ms from:#reglas"/);
    assert.match(html, /hx-sync="this:replace"/);
    assert.match(html, /id="prueba" aria-live="polite"/);
  });
});

test('a source that does not answer is a sentence, the expression is tried all the same, and the form still saves', async () => {
  const house = openPageHouse();
  house.origen.down = true;
  const tried = await send(house, `${address}/prueba`, { regex_expediente: '^x$' }, partial);
  assert.equal(tried.status, 200);
  assert.match(tried.text, /No se ha podido probar con el origen El origen no contesta\. Las reglas se pueden guardar igual\./);
  assert.match(tried.text, /No la cumple 2025\/160585-MUL/);
  assert.equal((await send(house, address, { regex_expediente: '^x$' })).status, 303);
  await house.close();
});

test('a version is restored from the page, which says so; one that was not valid comes back to the form with the reason', async () => {
  const house = openPageHouse();
  house.db.sqlite.exec("UPDATE organismo_config SET filtro_texp = 'x', active = 1; UPDATE organismo_config SET filtro_texp = '3'");
  const actions = [...(await visit(house, address)).html.matchAll(/formaction="([^"]+restaurar)"/g)].map((match) => match[1] as string);
  const [broken = '', seed = ''] = actions;
  assert.equal(actions.length, 2);
  const refused = await send(house, broken);
  assert.equal(refused.status, 422);
  assert.equal(refused.fields.get('filtro_texp'), 'x');
  assert.match(refused.text, /El filtro de TExp no es válido/);
  const done = await send(house, seed);
  assert.deepEqual([done.status, done.headers.location], [303, address]);
  const page = await visit(house, address, { cookie: String(done.headers['set-cookie']).split(';')[0] ?? '' });
  assert.match(page.text, /Reglas restauradas, y el organismo apagado\..*operador local: Vuelven las reglas del .*; queda apagado\./);
  assert.deepEqual(house.db.sql('SELECT filtro_texp, active FROM organismo_config').get(), { filtro_texp: '2,3', active: 0 });
  for (const n of ['0', 'x', '99999']) assert.equal((await send(house, `${address}/versiones/${n}/restaurar`)).status, 404);
  await house.close();
});

test('whoever goes away before the answer takes the question to the source along', async () => {
  const asked = Promise.withResolvers<void>();
  const dropped = Promise.withResolvers<void>();
  const discover: Deps['origen']['discover'] = async function* (_rule, { signal } = {}) {
    signal?.addEventListener('abort', () => dropped.resolve());
    asked.resolve();
    await dropped.promise;
    yield [];
  };
  const house = openPageHouse({ origen: { discover } as unknown as Deps['origen'] });
  const url = await house.app.listen({ host: '127.0.0.1', port: 0 });
  const gone = new AbortController();
  const answer = fetch(`${url}${address}/ensayo`, { signal: gone.signal }).catch(() => 'gone');
  await asked.promise;
  gone.abort();
  assert.equal(await answer, 'gone');
  await dropped.promise;
  await house.close();
  assert.equal(house.db.sqlite.open, false);
});
