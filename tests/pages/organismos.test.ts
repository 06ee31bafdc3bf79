import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';
const complete = {
  site_id: 'reus_base',
  query_organisme: '%REUS%',
  filtro_texp: '2,3',
  regex_expediente: '^\\d{4}/\\d+$',
  modo: 'aprobar',
};

describe('/organismos', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  fillSample(house.db, house.folder, new Date(now));
  after(() => house.close());
  const rowOf = (siteId: string) => house.db.sql('SELECT * FROM organismo_config WHERE site_id = ?').get(siteId);

  test('lists them in the order in which they take recursos, each with its switch', async () => {
    const { rows, links } = await visit(house, '/organismos');
    assert.deepEqual(
      rows.map((row) => [row[0]?.split(' ')[0], row[2]?.split(' ')[0]]),
      [
        ['xaloc_girona', 'Encendido'],
        ['base_online', 'Encendido'],
        ['reus', 'Apagado'],
        ['madrid', 'Encendido'],
      ],
    );
    assert.equal(links.get('Añadir organismo'), '/organismos/nuevo');
  });

  test('says what the last cycle did for each', async () => {
    const { rows } = await visit(house, '/organismos');
    assert.equal(rows[0]?.[0], 'xaloc_girona 42 reclamados de 120 válidos');
  });

  test('the switch turns one off, and on again after its ensayo; it goes back to the list', async () => {
    const off = await send(house, '/organismos/xaloc_girona?vuelta=lista', { active: '0' });
    assert.deepEqual([off.status, off.headers.location], [303, '/organismos']);
    assert.equal(rowOf('xaloc_girona')?.active, 0);
    await visit(house, '/organismos/xaloc_girona/ensayo');
    await send(house, '/organismos/xaloc_girona', { active: '1' });
    assert.equal(rowOf('xaloc_girona')?.active, 1);
    const { text } = await visit(house, '/organismos/xaloc_girona');
    assert.match(
      text,
      /operador local: Encendido: el próximo ciclo reclama sus recursos\..*operador local: Apagado: no se reclama nada nuevo\./,
    );
  });

  test('one that is not valid can be switched off, and not on', async () => {
    assert.equal((await send(house, '/organismos/madrid', { active: '0' })).status, 303);
    assert.equal(rowOf('madrid')?.active, 0);
    const on = await send(house, '/organismos/madrid', { active: '1' });
    assert.equal(on.status, 422);
    assert.equal(rowOf('madrid')?.active, 0);
  });

  test('explains every field of a new one in Spanish', async () => {
    const { text, fields } = await visit(house, '/organismos/nuevo');
    const names =
      'site_id query_organisme excluir_organisme filtro_texp regex_expediente robot url_template url_inicio prioridad limite_por_ciclo max_en_cola';
    for (const name of names.split(' ')) assert.ok(fields.has(name), name);
    assert.match(text, /como patrón LIKE de SQL Server/);
    assert.match(text, /Aprobar: se detiene antes de enviar/);
  });

  test("says that the design's own expression rejects its own example, and which one is shipped", async () => {
    const { text } = await visit(house, '/organismos/nuevo');
    assert.match(text, /\^\.\{3\}\/\.\{6\}-MUL\$, que rechaza su propio ejemplo 2025\/160585-MUL/);
    assert.match(text, /\^\\d\{4\}\/\\d\{6\}-MUL\$, que sí lo acepta/);
  });

  test('adds one and shows it', async () => {
    const answer = await send(house, '/organismos', complete);
    assert.deepEqual([answer.status, answer.headers.location], [303, '/organismos/reus_base']);
    const screen = await visit(house, '/organismos/reus_base');
    assert.equal(screen.heading, 'reus_base');
    assert.equal(screen.fields.get('query_organisme'), '%REUS%');
    assert.match(screen.text, /operador local: Añadido\./);
  });

  test('refuses one with wrong values: 422, the reason at each field, what was typed kept, nothing written', async () => {
    const wrong = { ...complete, site_id: 'Con Blancos', filtro_texp: '2;3', regex_expediente: '((', url_template: 'http://x/?_token=abc' };
    const screen = await send(house, '/organismos', wrong);
    assert.equal(screen.status, 422);
    assert.match(screen.text, /No se ha guardado: hay algo que corregir/);
    assert.match(screen.text, /El identificador \(site_id\) no es válido/);
    assert.match(screen.text, /El filtro de TExp no es válido/);
    assert.match(screen.text, /La expresión regular no es válida/);
    assert.match(screen.text, /quite el _token/);
    assert.equal(screen.fields.get('filtro_texp'), '2;3');
    assert.equal(rowOf('Con Blancos'), undefined);
  });

  test('each reason is tied to its field: to text, to a choice and to a switch', async () => {
    const { html } = await send(house, '/organismos', { ...complete, site_id: 'Con Blancos', modo: 'rapido', active: 'quizá' });
    for (const [element, name] of [
      ['<input id="campo-site_id"', 'site_id'],
      ['role="radiogroup" aria-labelledby="campo-modo"', 'modo'],
      ['<input type="checkbox" id="campo-active"', 'active'],
    ] as const) {
      const tag = html.slice(html.indexOf(element)).split('>')[0] ?? '';
      assert.match(tag, new RegExp(`aria-invalid="true" aria-describedby="campo-${name}-motivo\\b`), name);
      assert.match(html, new RegExp(`<p class="motivo" id="campo-${name}-motivo">`), name);
    }
    const fine = html.slice(html.indexOf('<input id="campo-query_organisme"')).split('>')[0] ?? '';
    assert.doesNotMatch(fine, /aria-invalid|motivo/);
  });

  test('refuses a second one of the same name', async () => {
    const screen = await send(house, '/organismos', { ...complete, site_id: 'xaloc_girona' });
    assert.equal(screen.status, 422);
    assert.match(screen.text, /Ya hay un organismo «xaloc_girona»/);
  });

  test('saves what the form sends, and the history says which rules changed', async () => {
    const screen = await visit(house, '/organismos/base_online');
    const fields = Object.fromEntries([...screen.fields].filter(([name]) => name !== '_csrf'));
    const answer = await send(house, '/organismos/base_online', { ...fields, filtro_texp: '3', prioridad: '7' });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.location, '/organismos/base_online/ensayo');
    assert.deepEqual([rowOf('base_online')?.filtro_texp, rowOf('base_online')?.prioridad, rowOf('base_online')?.active], ['3', 7, 0]);
    assert.match(
      (await visit(house, '/organismos/base_online')).text,
      /Cambian sus reglas: filtro de TExp y prioridad; queda apagado hasta que se vea su ensayo\./,
    );
  });

  test('a column the form does not send stays as it is', async () => {
    await send(house, '/organismos/reus', { query_organisme: '%AJUNTAMENT DE REUS%' });
    assert.deepEqual([rowOf('reus')?.query_organisme, rowOf('reus')?.filtro_texp], ['%AJUNTAMENT DE REUS%', '2']);
  });

  test('an edit that is refused leaves what there was and keeps what was typed', async () => {
    const screen = await send(house, '/organismos/reus', { filtro_texp: 'a', regex_expediente: '^x$' });
    assert.equal(screen.status, 422);
    assert.equal(screen.fields.get('filtro_texp'), 'a');
    assert.equal(screen.fields.get('regex_expediente'), '^x$');
    assert.equal(rowOf('reus')?.filtro_texp, '2');
  });

  for (const [column, value, told] of [
    ['query_organisme', "'  '", /El patrón de organismo no es válido/],
    ['filtro_texp', 'NULL', /El filtro de TExp no es válido/],
    ['regex_expediente', "'('", /La expresión regular no es válida/],
    ['modo', "'rapido'", /El modo no es válido/],
    ['prioridad', "'mucha'", /La prioridad no es válida/],
    ['active', "'quizá'", /El interruptor \(active\) no es válido/],
    ['url_inicio', "x'00ff'", /La dirección de inicio no es válida/],
  ] as const)
    test(`a raw ${column} of ${value} is told on its page`, async () => {
      house.db.sqlite.exec(
        `INSERT OR REPLACE INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, url_template, active)
         VALUES ('a_mano', '%X%', '2', '^x$', NULL, 1); UPDATE organismo_config SET ${column} = ${value} WHERE site_id = 'a_mano'`,
      );
      const screen = await visit(house, '/organismos/a_mano');
      assert.equal(screen.status, 200);
      assert.match(screen.text, /Organismo no válido: no se reclama nada para él/);
      assert.match(screen.text, told);
    });

  for (const name of ['Otro / <b>raro</b>', '..', 'nuevo', 'x'.repeat(300)])
    test(`a raw name that is no address («${name.slice(0, 18)}») is listed, told and mended`, async () => {
      house.db.sql("INSERT INTO organismo_config (site_id, query_organisme) VALUES (?, '%X%')").run(name);
      const { links, rows } = await visit(house, '/organismos');
      const href = links.get(name) ?? '';
      assert.match(rows.flat().join(' '), /No válido El identificador \(site_id\) no es válido/);
      const screen = await visit(house, href);
      assert.equal(screen.heading, name);
      assert.match(screen.text, /Organismo no válido: .*Ponerle un identificador válido/);
      const refused = await send(house, href, { site_id: 'reus' });
      assert.deepEqual([refused.status, refused.fields.get('site_id')], [422, 'reus']);
      assert.match(refused.text, /Ya hay un organismo «reus»/);
      assert.match(refused.html, /aria-describedby="campo-site_id-motivo campo-site_id-ayuda"/);
      const mended = await send(house, href, { site_id: `arreglado_${name.length}` });
      assert.deepEqual([mended.status, mended.headers.location], [303, `/organismos/arreglado_${name.length}`]);
      assert.equal(rowOf(`arreglado_${name.length}`)?.query_organisme, '%X%');
    });

  test('one that does not exist answers 404, also to its form', async () => {
    assert.equal((await visit(house, '/organismos/nadie')).status, 404);
    assert.equal((await send(house, '/organismos/nadie', { active: '1' })).status, 404);
    assert.equal((await send(house, '/organismos/nadie/prueba', {})).status, 404);
    for (const fila of ['999', 'x']) assert.equal((await visit(house, `/organismos?fila=${fila}`)).status, 404);
  });
});
