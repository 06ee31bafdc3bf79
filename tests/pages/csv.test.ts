import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { csvOf } from '#server/cola/csv.ts';
import { createFormat } from '#server/lib/format.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { visit } from '#tests/support/screen.ts';

describe('/cola.csv', () => {
  const house = openPageHouse({ clock: manualClock('2026-03-02T09:00:00.000Z') });
  after(() => house.close());
  house.db.sqlite.exec(`
    INSERT INTO tramite_queue (site_id, resource_id, expediente, payload, status, attempts, result, error_code, error_log, created_at, processed_at) VALUES
      ('xaloc_girona', '9', '2025/160588-MUL', '{"plate_number":"1234BCD"}', 'completed', 2, '{"numero":"REG-1","fecha":"02/03/2026"}', NULL, NULL,
       '2026-07-01T22:30:00.000Z', '2026-01-01T22:30:00.000Z'),
      ('base_online', '10', '=1+1', 'roto', 'failed', 1, NULL, 'x', 'Dice «"no"»; y' || char(10) || 'sigue', '2026-03-02T09:00:00.000Z', NULL)`);

  const linesOf = async (url: string) => {
    const answer = await house.app.inject({ url, headers: { host: '127.0.0.1:3000' } });
    assert.equal(answer.statusCode, 200);
    return { headers: answer.headers, body: answer.body, lines: answer.body.split('\r\n') };
  };

  test('is a file to keep, as Spanish spreadsheets open it', async () => {
    const { headers, body, lines } = await linesOf('/cola.csv');
    assert.equal(headers['content-type'], 'text/csv; charset=utf-8');
    assert.equal(headers['content-disposition'], 'attachment; filename="cola-2026-03-02.csv"');
    assert.ok(body.startsWith('\uFEFFTrámite;Organismo;idRecurso;Expediente;Matrícula;'));
    assert.equal(lines.length, 4);
    assert.equal(lines.at(-1), '');
  });

  test('a row has its words, its register number and its instants in the zone of the business', async () => {
    const { lines } = await linesOf('/cola.csv?estado=completed');
    assert.equal(lines[1], '1;xaloc_girona;9;2025/160588-MUL;1234BCD;;presentado;2;REG-1;02/03/2026;;;02/07/2026 00:30;01/01/2026 23:30');
    assert.equal(lines.length, 3);
  });

  test('what a spreadsheet would run is only text, and what has quotes or lines stays one value', async () => {
    const { body } = await linesOf('/cola.csv?site=base_online');
    assert.match(body, /;'=1\+1;/);
    assert.match(body, /;"Dice «""no""»; y\nsigue";/);
  });

  test('a search narrows it as it narrows the list', async () => {
    assert.equal((await linesOf('/cola.csv?q=1234-bcd')).lines.length, 3);
    assert.equal((await linesOf('/cola.csv?q=nada')).lines.length, 2);
  });

  test('the page leads to it with its own filter and says how many', async () => {
    const { links } = await visit(house, '/cola?estado=failed&site=base_online');
    assert.equal(links.get('Descargar 1 en CSV'), '/cola.csv?estado=failed&site=base_online');
  });

  test('who asks for its head alone gets that, as for every page', async () => {
    const answer = await house.app.inject({ method: 'HEAD', url: '/cola.csv', headers: { host: '127.0.0.1:3000' } });
    assert.deepEqual([answer.statusCode, answer.headers['content-type'], answer.body], [200, 'text/csv; charset=utf-8', '']);
  });

  test('what cannot be looked up fails before a file has begun', () => {
    const broken = { ...house.db, sql: () => assert.fail('sin base de datos') };
    const filter = { status: null, site: null, search: 'roto' };
    assert.throws(() => csvOf(broken, filter, createFormat('Europe/Madrid', house.deps.clock)), /sin base de datos/);
  });

  test('a long one has every row once, the newest first', async () => {
    const many = openPageHouse();
    many.db.sqlite.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
      INSERT INTO tramite_queue (site_id, resource_id, status) SELECT CASE i % 2 WHEN 0 THEN 'a' ELSE 'b' END, i, 'completed' FROM n`);
    const answer = await many.app.inject({ url: '/cola.csv', headers: { host: '127.0.0.1:3000' } });
    await many.close();
    const ids = answer.body
      .split('\r\n')
      .slice(1, -1)
      .map((line) => Number(line.split(';')[0]));
    assert.deepEqual(
      ids,
      Array.from({ length: 1001 }, (_, n) => 1001 - n),
    );
  });
});
