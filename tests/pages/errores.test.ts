import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';

test('/errores without any failure says so, and what was filed last', async () => {
  const house = openPageHouse({ clock: manualClock(now) });
  const before = await visit(house, '/errores');
  house.db.sqlite.exec(`INSERT INTO tramite_queue (site_id, resource_id, status, processed_at) VALUES ('x', '1', 'completed', '${now}')`);
  const later = await visit(house, '/errores');
  await house.close();
  assert.match(before.text, /Todavía no ha fallado nada/);
  assert.match(later.text, /Ningún trámite ha fallado Lo último se presentó el 02\/03\/2026 10:00\./);
});

describe('/errores', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  const { ids } = fillSample(house.db, house.folder, new Date(now));
  const insert = house.db.sql(
    "INSERT INTO tramite_queue (site_id, resource_id, status, error_code, error_log, processed_at) VALUES ('base_online', ?, 'failed', 'intranet_lenta', ?, ?)",
  );
  const slow = [1, 2, 3].map((n) =>
    Number(
      insert.run(`e${n}`, `La intranet no terminó de enviar el adjunto «a${n}» a tiempo.`, `2026-03-02T08:0${n}:00.000Z`).lastInsertRowid,
    ),
  );
  house.db
    .sql(
      "INSERT INTO error_log (fecha_hora, origen, error_mensaje, parametros) VALUES (?, 'GET /cola', 'se rompió', '{\"referencia\":\"ab12cd34\"}')",
    )
    .run(now);
  after(() => house.close());

  test('puts together what fails for the same reason, the most numerous first', async () => {
    const { rows } = await visit(house, '/errores');
    assert.match(
      rows[0]?.[0] ?? '',
      /^La intranet tarda demasiado base_online · preparación La intranet no terminó de enviar el adjunto ‹valor› a tiempo\.$/,
    );
    assert.equal(rows[0]?.[1], '3');
    assert.match(rows[0]?.[2] ?? '', /^Sí, suele bastar con reintentar Reintentar grupo \(3\)…$/);
    assert.match(rows[0]?.[3] ?? '', /09:03:00 desde el 02\/03\/2026 09:01$/);
  });

  test('tells the step that failed and shows what the page showed', async () => {
    const { html, rows } = await visit(house, '/errores');
    const known = rows.find(([first]) => first?.startsWith('La sede no conoce el expediente'));
    assert.match(known?.[0] ?? '', /xaloc_girona · entrar con certificado/);
    assert.match(
      html,
      new RegExp(`href="/cola/${ids.failed}/evidencias/1/02-paso.jpg" data-captura="xaloc_girona: entrar con certificado"`),
    );
  });

  test('never offers to retry what may have been sent', async () => {
    const { rows } = await visit(house, '/errores');
    const doubtful = rows.find(([, count]) => count?.includes('por revisar'));
    assert.equal(doubtful?.[2], 'No: hay que mirarlo');
  });

  test('retrying a group names its failed ones, and is confirmed elsewhere before anything happens', async () => {
    const { links } = await visit(house, '/errores');
    const href = new URL(links.get('Reintentar grupo (3)…') ?? '', 'http://x');
    assert.equal(href.pathname, '/cola/lotes/nuevo');
    assert.equal(href.searchParams.get('accion'), 'reintentar');
    assert.deepEqual(href.searchParams.getAll('id').map(Number), slow.toReversed());
  });

  test('the count leads to the list of the group', async () => {
    const { links } = await visit(house, '/errores');
    const screen = await visit(house, links.get('3') ?? '');
    assert.equal(screen.heading, 'La intranet tarda demasiado');
    assert.deepEqual(
      screen.rows.map(([first]) => first),
      slow.toReversed().map((id) => `Trámite ${id}`),
    );
  });

  test('a group that fails no longer answers 404 with a sentence', async () => {
    const screen = await visit(house, '/errores/0000000000000000');
    assert.equal(screen.status, 404);
    assert.match(screen.text, /Ya no falla ningún trámite así/);
  });

  test('lists what nobody expected, with its reference', async () => {
    const { rows } = await visit(house, '/errores');
    assert.deepEqual(rows.at(-1)?.slice(1), ['GET /cola', 'se rompió', '1', 'ab12cd34']);
  });

  test('looks at the newest two thousand and says that there are more', async () => {
    house.db.sqlite.exec(`WITH RECURSIVE rows (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM rows WHERE i < 2100)
      INSERT INTO tramite_queue (site_id, resource_id, status, error_code, error_log) SELECT 'reus', 'r' || i, 'failed', 'portal_lento', 'Tarda ' || i || ' s.' FROM rows`);
    const { text, links } = await visit(house, '/errores');
    assert.match(text, /Se han agrupado los 2\.000 más recientes de 2\.105\./);
    assert.equal(new URL(links.get('Reintentar grupo (los 200 más recientes)…') ?? '', 'http://x').searchParams.getAll('id').length, 200);
  });
});
