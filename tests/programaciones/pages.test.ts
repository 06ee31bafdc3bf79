import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { visit } from '#tests/support/screen.ts';
import { add, daily, openProgramaciones, post, rowOf } from './house.ts';

describe('/programaciones', () => {
  const house = openProgramaciones();
  after(() => house.close());

  test('says that there are none yet, and how to add one', async () => {
    const { text, links } = await visit(house, '/programaciones');
    assert.match(text, /Todavía no hay programaciones/);
    assert.equal(links.get('Añadir programación'), '/programaciones/nueva');
  });

  test('lists each in words, with its next occurrence, its machines and its switch', async () => {
    const id = await add(house, { equipo_id: ['31', '32'], tipo_programacion: 'Semanal', dias_semana: ['Lu', 'Mi'], tolerancia: '60' });
    const { rows, links } = await visit(house, '/programaciones');
    assert.deepEqual(rows[0]?.slice(0, 4), [
      'Lunes y miércoles a las 08:00, hasta 60 min tarde',
      'P12_Facturas',
      'VM-01, VM-02',
      'Encendida',
    ]);
    assert.match(rows[0]?.[4] ?? '', /dentro de .* 30\/11\/2026 08:00/);
    assert.equal(links.get('Lunes y miércoles a las 08:00, hasta 60 min tarde'), `/programaciones/${id}`);
  });

  test('a row another program wrote that cannot be read is listed as such with the reason, and never stops the page', async () => {
    house.db.sqlite.exec(`INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, hora_inicio, tolerancia)
      VALUES ('rota', '4712', 'Quincenal', '8', 'mucho')`);
    const { text } = await visit(house, '/programaciones');
    assert.match(text, /Programación no válida No hay ningún tipo de programación «Quincenal»\. .* una hora como 08:30, y es «8»/);
    const page = await visit(house, '/programaciones/rota');
    assert.equal(page.status, 200);
    assert.match(page.text, /no válida/);
    assert.equal((await post(house, '/programaciones/rota', { activo: '1' })).status, 422);
    assert.equal((await post(house, '/programaciones/rota', { activo: '0' })).status, 303);
  });

  test('filters by type and by robot in the address, each with a way out', async () => {
    const { rows, links } = await visit(house, '/programaciones?tipo=Semanal&robot=4711');
    assert.equal(rows.length, 1);
    assert.equal(links.get('Quitar el filtro Tipo: Semanal'), '/programaciones?robot=4711');
    assert.equal(links.get('Quitar el filtro Robot: P12_Facturas'), '/programaciones?tipo=Semanal');
    assert.match((await visit(house, '/programaciones?tipo=Mensual')).text, /Nada coincide con el filtro/);
  });
});

describe('the form of a programación', () => {
  const house = openProgramaciones();
  after(() => house.close());

  test('has a field for every column, and offers the machines in use', async () => {
    const { html, text } = await visit(house, '/programaciones/nueva');
    for (const name of 'robot_id tipo_programacion dias_semana dia_del_mes dia_inicio_mes dia_fin_mes ultimos_dias_mes fecha_especifica hora_inicio hora_fin es_ciclico intervalo_entre_ejecuciones tolerancia fecha_inicio_ventana fecha_fin_ventana activo equipo_id'.split(
      ' ',
    ))
      assert.ok(html.includes(`name="${name}"`), name);
    assert.match(text, /VM-01 VM-02 VM-04/);
    assert.doesNotMatch(text, /VM-03|local-1|xaloc/);
  });

  test('shows the next ten occurrences and what is in the way, and saves nothing', async () => {
    await add(house, { equipo_id: '31' });
    const typed = { ...daily, robot_id: '4712', hora_inicio: '08:30', equipo_id: ['', '31'] };
    const { status, html, text, fields } = await post(house, '/programaciones/nueva/previstas', typed);
    assert.equal(status, 200);
    assert.equal([...html.matchAll(/<li><time class="numero"/g)].length, 10);
    assert.match(text, /26\/11\/2026 08:30/);
    assert.match(text, /Se solapa con otra programación En VM-01 se solapa con la programación Diaria de las 08:00/);
    assert.equal(fields.get('hora_inicio'), '08:30');
    assert.equal(house.db.sql('SELECT count(*) AS n FROM programaciones').get()?.n, 1);
  });

  test('answers htmx with that part alone', async () => {
    const { html } = await visit(house, '/programaciones?tipo=Diaria', { 'hx-request-type': 'partial' });
    assert.doesNotMatch(html, /<html/);
  });

  test('searches machines by their name without losing what is ticked', async () => {
    const { text } = await post(house, '/programaciones/nueva/previstas', { ...daily, buscar_equipo: 'vm-04', equipo_id: ['', '31'] });
    assert.match(text, /VM-01 VM-04/);
    assert.doesNotMatch(text, /VM-02/);
  });

  test('a row written in another way is shown as it is understood, and stored so when saved', async () => {
    house.db.sqlite.exec(`INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, hora_inicio, dias_semana)
      VALUES ('suelta', '4712', 'semanal', '8:05:00', 'miércoles; LU');
      INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id) VALUES ('4712', '34', 1, 'suelta');`);
    const { fields, text } = await visit(house, '/programaciones/suelta');
    assert.equal(fields.get('hora_inicio'), '08:05');
    assert.match(text, /Lunes y miércoles a las 08:05/);
    await post(house, '/programaciones/suelta', { tolerancia: '5' });
    const { tipo_programacion: tipo, hora_inicio: hora, dias_semana: dias } = rowOf(house, 'suelta') ?? {};
    assert.deepEqual([tipo, hora, dias], ['Semanal', '08:05', 'Lu,Mi']);
  });
});

describe('/programaciones/calendario', () => {
  const house = openProgramaciones();
  after(() => house.close());

  test('shows what fires on each day of the month, with the changes of the clocks', async () => {
    await add(house, { equipo_id: '31', tipo_programacion: 'Semanal', dias_semana: ['Do'], hora_inicio: '02:30' });
    const { rows, text } = await visit(house, '/programaciones/calendario?dia=2027-03-15');
    assert.match(text, /Marzo de 2027/);
    assert.equal(rows.flat().length, 35);
    assert.deepEqual(
      rows
        .flat()
        .filter((cell) => cell.includes('P12'))
        .map((cell) => cell.replace(/^.* (\d+) \1 /, '$1: ')),
      ['7: 02:30 P12_Facturas', '14: 02:30 P12_Facturas', '21: 02:30 P12_Facturas', '28: 03:00 P12_Facturas', '4: 02:30 P12_Facturas'],
    );
  });

  test('shows one week, and leads to the ones beside it', async () => {
    const { rows, links, text } = await visit(house, '/programaciones/calendario?vista=semana&dia=2026-11-25');
    assert.deepEqual([rows.length, rows[0]?.length], [1, 7]);
    assert.match(text, /Semana del 23\/11\/2026 al 29\/11\/2026/);
    assert.equal(links.get('Siguiente'), '/programaciones/calendario?vista=semana&dia=2026-12-02');
    assert.equal((await visit(house, '/programaciones/calendario?dia=nada')).status, 200);
  });
});
