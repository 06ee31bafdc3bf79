import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { canOf } from '#server/acceso/gate.ts';
import type { Rol } from '#server/acceso/permisos.ts';
import { presentList } from '#server/cola/present.ts';
import { findPage } from '#server/cola/queries.ts';
import { createFormat } from '#server/lib/format.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';

describe('/cola', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  fillSample(house.db, house.folder, new Date(now));
  after(() => house.close());

  const listed = async (url: string) => (await visit(house, url)).rows.map((row) => row[0]?.split(' ')[0]);

  test('lists every trámite, the newest first, each leading to its page', async () => {
    const screen = await visit(house, '/cola');
    assert.equal(screen.heading, 'Cola');
    assert.equal(screen.rows.length, 10);
    assert.deepEqual((await listed('/cola')).slice(-2), ['2025/160586-MUL', '2025/160585-MUL']);
    assert.equal(screen.links.get('2025/160585-MUL'), '/cola/1');
  });

  test('has a tab per status with its count', async () => {
    const { links } = await visit(house, '/cola');
    assert.equal(links.get('Todos 10'), '/cola');
    assert.equal(links.get('Pendientes 4'), '/cola?estado=pending');
    assert.equal(links.get('En curso 1'), '/cola?estado=processing');
    assert.equal(links.get('Por confirmar 1'), '/cola?estado=awaiting_confirmation');
    assert.equal(links.get('Presentados 1'), '/cola?estado=completed');
    assert.equal(links.get('Fallidos 1'), '/cola?estado=failed');
    assert.equal(links.get('Por revisar 1'), '/cola?estado=needs_review');
    assert.equal(links.get('Cancelados 1'), '/cola?estado=cancelled');
  });

  test('says beside the state what is worth knowing', async () => {
    const { rows } = await visit(house, '/cola');
    const states = new Map(rows.map((row) => [row[0]?.split(' ')[0], row[2]]));
    assert.equal(states.get('43000-2025/100-GIM'), 'Pendiente sin robot');
    assert.equal(states.get('2025/160585-MUL'), 'Pendiente');
    assert.equal(states.get('2025/160586-MUL'), 'En curso Paso 5 de 10: datos de la denuncia');
    assert.equal(states.get('2025/160588-MUL'), 'Presentado REGAGE26e0000160588');
    assert.equal(states.get('2025/160589-MUL'), 'Fallido La sede dice que el expediente no existe.');
  });

  test('the URL narrows it by status and by organismo, and the tabs count along', async () => {
    assert.deepEqual(await listed('/cola?estado=failed'), ['2025/160589-MUL']);
    assert.equal((await listed('/cola?site=base_online')).length, 3);
    assert.ok((await visit(house, '/cola?site=base_online')).links.has('Todos 3'));
    assert.deepEqual(await listed('/cola?site=xaloc_girona&estado=pending'), ['2025/160585-MUL']);
  });

  test('finds by expediente, idRecurso, matrícula and register number', async () => {
    assert.deepEqual(await listed('/cola?q=2025/160588-MUL'), ['2025/160588-MUL']);
    assert.deepEqual(await listed('/cola?q=2025%2F160588-mul'), ['2025/160588-MUL']);
    assert.deepEqual(await listed('/cola?q=90588'), ['2025/160588-MUL']);
    assert.equal((await listed('/cola?q=2025/1605')).length, 7);
    assert.equal((await listed('/cola?q=0000-bbb')).length, 7);
    assert.deepEqual(await listed('/cola?q=regage26e0000160588'), ['2025/160588-MUL']);
    assert.deepEqual(await listed('/cola?q=GIM&site=xaloc_girona'), []);
    assert.deepEqual(await listed('/cola?q=2025/1605&estado=completed'), ['2025/160588-MUL']);
  });

  test('what looks like SQL or a pattern is only text', async () => {
    for (const q of ["' OR 1=1 --", '%', '2025%', '_']) assert.equal((await listed(`/cola?q=${encodeURIComponent(q)}`)).length, 0);
  });

  for (const [what, q] of [
    ['a NUL', '2025/160588%00'],
    ['a NUL in the middle', '2025/1605%0088'],
    ['other control characters', '%012025%0A/160588%1F%7F'],
  ] as const)
    test(`${what} in a search is left out, here, in the file and in an order for many`, async () => {
      assert.deepEqual(await listed(`/cola?q=${q}`), ['2025/160588-MUL']);
      const file = await visit(house, `/cola.csv?q=${q}`);
      assert.deepEqual([file.status, file.html.split('\r\n').length], [200, 3]);
      assert.match((await visit(house, `/cola/lotes/nuevo?accion=cancelar&todos=si&q=${q}`)).text, /«2025\/160588»/);
    });

  test('an unknown status shows everything', async () => {
    assert.equal((await listed('/cola?estado=perdido')).length, 10);
  });

  test('a filter too narrow says so and offers to clear it', async () => {
    const screen = await visit(house, '/cola?q=<b>nada</b>');
    assert.match(screen.text, /Nada coincide con el filtro Se ha buscado «<b>nada<\/b>»/);
    assert.equal(screen.links.get('Quitar el filtro'), '/cola');
  });

  test('an organismo without trámites, or that is none, is a filter too narrow as well', async () => {
    const { text } = await visit(house, '/cola?site=nope');
    assert.match(text, /Nada coincide con el filtro Solo organismo nope\./);
    assert.doesNotMatch(text, /Todavía no hay trámites/);
  });

  test('each filter in force is a chip that takes itself away', async () => {
    const { links } = await visit(house, '/cola?estado=failed&site=xaloc_girona&q=2025');
    assert.equal(links.get('Quitar el filtro Estado: fallidos'), '/cola?site=xaloc_girona&q=2025');
    assert.equal(links.get('Quitar el filtro Organismo: xaloc_girona'), '/cola?estado=failed&q=2025');
    assert.equal(links.get('Quitar el filtro Texto: «2025»'), '/cola?estado=failed&site=xaloc_girona');
  });

  test('who may only look is offered nothing to order, and still the file', () => {
    const filter = { status: null, site: null, search: null };
    const around = { format: createFormat('Europe/Madrid', house.deps.clock), waiting: new Map(), progress: new Map() };
    const listFor = (rol: Rol) =>
      presentList(findPage(house.db, filter, null), { filter, key: null, total: 10, can: canOf({ rol }) }, around);
    const actionsOf = (rol: Rol) => listFor(rol).choosing?.actions.map((one) => one.action);
    assert.equal(actionsOf('lectura'), undefined);
    assert.equal(listFor('lectura').csv.words, 'Descargar 10 en CSV');
    assert.deepEqual(actionsOf('operador'), ['reintentar', 'cancelar', 'devolver']);
    assert.deepEqual(actionsOf('revisor'), ['aprobar', 'reintentar', 'rechazar', 'cancelar', 'devolver']);
  });

  test('answers a partial request with the list only', async () => {
    const part = await visit(house, '/cola?estado=failed', { 'hx-request-type': 'partial' });
    assert.doesNotMatch(part.html, /<html/);
    assert.equal(part.rows.length, 1);
  });
});

test('a page of finished ones asks for what they need, each thing once', async () => {
  const house = openPageHouse({ clock: manualClock(now) });
  house.db.sqlite.exec(`INSERT INTO tramite_queue (site_id, resource_id, status) VALUES ('x', '1', 'completed'), ('y', '2', 'completed')`);
  const asked: string[] = [];
  const { sql } = house.db;
  const spy = (text: string) => {
    asked.push(text);
    return sql(text);
  };
  Object.assign(house.db, { sql: spy });
  await visit(house, '/cola');
  await house.close();
  const about = (word: RegExp) => asked.filter((text) => word.test(text)).length;
  // The frame counts everything as well: it knows nothing of the page inside.
  assert.equal(about(/sum\(n\) AS n FROM queue_counts/), 2);
  assert.equal(about(/DISTINCT site_id/), 1);
  assert.equal(about(/FROM ejecuciones|organismo_config/), 0);
});

describe('an empty /cola', () => {
  const house = openPageHouse();
  after(() => house.close());

  test('says that nothing has come yet and what to do', async () => {
    const screen = await visit(house, '/cola');
    assert.match(screen.text, /Todavía no hay trámites/);
    assert.equal(screen.links.get('Ver los organismos'), '/organismos');
  });
});

describe('a long /cola', () => {
  const house = openPageHouse();
  after(() => house.close());
  const insert = house.db.sqlite.prepare(
    "INSERT INTO tramite_queue (site_id, resource_id, expediente, status) VALUES (?, ?, ?, 'completed')",
  );
  house.db.sqlite.transaction(() => {
    for (let n = 1; n <= 1200; n++) insert.run(n % 2 === 0 ? 'par' : 'impar', String(n), `2025/${String(n).padStart(6, '0')}-MUL`);
  })();

  const resources = async (url: string) => {
    const screen = await visit(house, url);
    return { screen, ids: screen.rows.map((row) => Number(/recurso (\d+)/.exec(row[0] ?? '')?.[1])) };
  };

  for (const [what, first, all] of [
    ['everything', '/cola', 1200],
    ['one organismo', '/cola?site=par', 600],
    ['one status', '/cola?estado=completed', 1200],
    ['one organismo and status', '/cola?site=par&estado=completed', 600],
    ['a search', '/cola?q=2025/0001', 100],
  ] as const)
    test(`walked by its own links shows ${what} once, there and back`, async () => {
      const seen: number[] = [];
      let page = await resources(first);
      for (;;) {
        seen.push(...page.ids);
        const next = page.screen.links.get('Más antiguos');
        if (!next) break;
        page = await resources(next);
      }
      assert.equal(new Set(seen).size, all);
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => b - a),
      );
      const back: number[] = [...page.ids];
      for (let newer = page.screen.links.get('Más recientes'); newer; newer = page.screen.links.get('Más recientes')) {
        page = await resources(newer);
        back.unshift(...page.ids);
      }
      assert.deepEqual(back, seen);
    });

  for (const pagina of ['2', 'x', '-1', 'antes-', "antes-1' OR 1=1", 'antes-12345678901234567890'])
    test(`an unknown page «${pagina}» shows the first one`, async () => {
      assert.deepEqual((await resources(`/cola?pagina=${encodeURIComponent(pagina)}`)).ids[0], 1200);
    });

  test('a search that finds too much says so instead of reading it all', async () => {
    const { screen } = await resources('/cola?q=2025');
    assert.match(screen.text, /Hay demasiadas coincidencias/);
  });

  test('a page with nothing left leads back to the newest', async () => {
    const { screen } = await resources('/cola?pagina=antes-1');
    assert.equal(screen.links.get('Ver los más recientes'), '/cola');
  });
});
