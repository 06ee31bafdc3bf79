import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';

const now = '2026-11-25T09:00:00.000Z';

describe('/historial', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  const insert = house.db.sql(
    `INSERT INTO tramite_queue (site_id, resource_id, expediente, status, attempts, result, error_code, error_log, created_at, processed_at)
     VALUES (?, ?, ?, ?, 1, ?, ?, ?, '2026-11-01T08:00:00.000Z', ?)`,
  );
  const filed = (site: string, n: number, at: string | null) =>
    insert.run(site, String(n), `2025/${n}-MUL`, 'completed', JSON.stringify({ numero: `REG-${n}`, fecha: '24/11/2026' }), null, null, at);
  after(() => house.close());
  const open = (query = '') => visit(house, `/historial${query}`);
  const listed = async (query = '') => (await open(query)).rows.flatMap(([first = '']) => /^2025\/(\d+)-MUL/.exec(first)?.[1] ?? []);

  test('is empty until something has been filed, and says what then', async () => {
    assert.match((await open()).text, /Todavía no se ha presentado nada/);
  });

  test('lists what was filed, the last end first, those without a known end at the end', async () => {
    filed('xaloc_girona', 1, '2026-11-22T22:59:59.000Z');
    filed('xaloc_girona', 2, '2026-11-22T23:00:00.000Z');
    filed('madrid', 3, '2026-11-24T10:00:00.000Z');
    filed('madrid', 4, null);
    assert.deepEqual(await listed(), ['3', '2', '1', '4']);
    const rows = (await open()).rows.filter(([first]) => first?.startsWith('2025'));
    assert.deepEqual(rows[0]?.slice(0, 4), ['2025/3-MUL recurso 3', 'madrid', 'REG-3', '1']);
  });

  test('the week is that of the business zone, and the address keeps it', async () => {
    assert.deepEqual(await listed('?semana=2026-W48'), ['3', '2']);
    assert.deepEqual(await listed('?semana=2026-W47&site=xaloc_girona'), ['1']);
    assert.deepEqual(await listed('?semana=2026-W99'), ['3', '2', '1', '4']);
    assert.match((await open('?semana=2026-W40')).text, /Ninguno entre los presentados coincide con el filtro/);
  });

  test('counts the last eight weeks by organismo, each number a link to its list', async () => {
    const { html, text } = await open();
    assert.match(text, /Presentados en las últimas ocho semanas .*Semana 48 23\/11 – 29\/11 1 1 2 Semana 47 16\/11 – 22\/11 0 1 1/);
    assert.match(html, /href="\/historial\?site=madrid&amp;semana=2026-W48"|href="\/historial\?site=madrid&semana=2026-W48"/);
  });

  test('what failed and what was cancelled have tabs of their own, with their reason', async () => {
    insert.run('madrid', '5', '2025/5-MUL', 'failed', null, 'portal_lento', 'La sede no contesta.', '2026-11-24T11:00:00.000Z');
    const screen = await open('?estado=failed');
    assert.deepEqual(screen.rows.at(-1)?.slice(0, 3), ['2025/5-MUL recurso 5', 'madrid', 'La sede no contesta.']);
    assert.match(screen.text, /Presentados 4 Fallidos 1 Cancelados 0/);
    assert.match(
      (await open('?estado=cancelled')).text,
      /Ningún trámite entre los cancelados Lo último se presentó el 24\/11\/2026 11:00\./,
    );
  });

  test('walks page by page over rows that ended in the same instant, each once', async () => {
    for (let n = 100; n < 230; n++) filed('base_online', n, '2026-11-20T10:00:00.000Z');
    const seen: string[] = [];
    for (let next: string | undefined = '/historial'; next; ) {
      const screen = await visit(house, next);
      seen.push(...screen.rows.flatMap(([first = '']) => /^2025\/(\d+)-MUL/.exec(first)?.[1] ?? []));
      next = screen.links.get('Más antiguos');
    }
    assert.equal(seen.length, 134);
    assert.equal(new Set(seen).size, 134);
    const second = await visit(house, (await open()).links.get('Más antiguos') ?? '');
    assert.deepEqual(await listed(new URL(second.links.get('Más recientes') ?? '', 'http://x').search), await listed());
  });

  test('exports the filter as a CSV that Spanish spreadsheets open', async () => {
    const answer = await house.app.inject({ url: '/historial/exportar?semana=2026-W48', headers: { host: 'localhost' } });
    assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
    assert.equal(answer.headers['content-disposition'], "attachment; filename*=UTF-8''historial-completed-2026-W48.csv");
    const lines = answer.body.split('\r\n');
    assert.equal(lines[0]?.codePointAt(0), 0xfeff);
    assert.deepEqual(lines.slice(1), [
      '2025/3-MUL;3;madrid;presentado;1;01/11/2026 09:00;24/11/2026 11:00;REG-3;24/11/2026;;',
      '2025/2-MUL;2;xaloc_girona;presentado;1;01/11/2026 09:00;23/11/2026 00:00;REG-2;24/11/2026;;',
      '',
    ]);
  });

  test('exports more than one chunk whole', async () => {
    house.db.sqlite.exec(`WITH RECURSIVE rows (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM rows WHERE i < 1200)
      INSERT INTO tramite_queue (site_id, resource_id, status, processed_at) SELECT 'reus', 'r' || i, 'completed', '${now}' FROM rows`);
    const answer = await house.app.inject({ url: '/historial/exportar?site=reus', headers: { host: 'localhost' } });
    assert.equal(new Set(answer.body.split('\r\n')).size, 1202);
  });
});

describe('ends that other programs wrote in a form of their own', () => {
  for (const [what, at] of [
    ['as SQLite itself writes instants', "'2026-11-25 21:10:02'"],
    ['as a sentence', "'ayer, a las 9 – más o menos'"],
    ['as nothing but blanks', "'  '"],
    ['as an empty text', "''"],
  ] as const)
    test(`${what}: each is listed once page by page, and exported once`, async () => {
      const house = openPageHouse({ clock: manualClock(now) });
      house.db.sqlite.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
        INSERT INTO tramite_queue (site_id, resource_id, expediente, status, processed_at)
        SELECT 'reus', i, '2025/' || i || '-MUL', 'completed', CASE WHEN i > 40 THEN ${at} END FROM n`);
      const seen: string[] = [];
      for (let next: string | undefined = '/historial'; next && seen.length < 2000; ) {
        const screen = await visit(house, next);
        seen.push(...screen.rows.flatMap(([first = '']) => /^2025\/(\d+)-MUL/.exec(first)?.[1] ?? []));
        next = screen.links.get('Más antiguos');
      }
      const answer = await house.app.inject({ url: '/historial/exportar', headers: { host: 'localhost' } });
      await house.close();
      assert.deepEqual([seen.length, new Set(seen).size], [1200, 1200]);
      assert.equal(answer.body.split('\r\n').length, 1202);
    });
});

test('what a person cancels ends then, and is found in its week', async () => {
  const house = openPageHouse({ clock: manualClock(now) });
  const { ids } = fillSample(house.db, house.folder, new Date(now));
  await send(house, `/cola/${ids.pending}/cancelar`);
  const screen = await visit(house, '/historial?estado=cancelled&semana=2026-W48');
  await house.close();
  assert.deepEqual(
    screen.rows.slice(-1).map(([first, , , , ended]) => [first, ended]),
    [['2025/160585-MUL recurso 90585', 'ahora 10:00:00']],
  );
});
