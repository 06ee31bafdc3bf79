import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { visit } from '#tests/support/screen.ts';

describe('/sistema/registros', () => {
  const now = '2026-03-02T09:00:00.000Z';
  const house = openPageHouse({ clock: manualClock(now) });
  const { ids } = fillSample(house.db, house.folder, new Date(now));
  const logs = join(house.folder, 'logs');
  mkdirSync(logs);
  const line = (second: number, fields: object) => `${JSON.stringify({ level: 30, time: Date.parse(now) + second * 1000, ...fields })}\n`;
  const stack = 'Error: <b>se rompió</b>\n    at abrir (server/x.ts:1:2)';
  writeFileSync(join(logs, 'cerebro-2026-03-01-1.log'), line(-9, { tramite: 7, msg: 'ayer' }));
  writeFileSync(
    join(logs, 'cerebro.log'),
    line(1, { tramite: 7, ejecucion: 'e-7', intento: 1, msg: 'empieza un intento' }) +
      line(3, { tramite: 71, msg: 'otro' }) +
      line(4, { level: 50, referencia: 'ab12cd34', err: { message: 'se rompió', stack }, msg: 'error inesperado' }) +
      'una línea cortada con ab12cd34',
  );
  writeFileSync(join(logs, 'lanzador.log'), line(2, { ciclo: 'lanzar-1', msg: 'lanza', tramite: 7 }));
  after(() => house.close());
  const says = async (q: string) => (await visit(house, `/sistema/registros?q=${encodeURIComponent(q)}`)).rows.map((row) => row[2]);

  test('tells the story of a trámite from all the files, in order, and of no other', async () => {
    assert.deepEqual(await says('7'), ['ayer', 'empieza un intento {"intento":1}', 'lanza']);
  });

  test('finds what the page of an error called it, its stack as text', async () => {
    const { html, rows } = await visit(house, '/sistema/registros?q=AB12CD34');
    assert.equal(rows.length, 1);
    assert.match(html, /&lt;b&gt;se rompió/);
    assert.deepEqual(await says('(.*'), []);
  });

  test('each line leads to the others of its attempt, and each trámite to its lines', async () => {
    const { links } = await visit(house, '/sistema/registros?q=7');
    assert.equal(links.get('e-7'), '/sistema/registros?q=e-7');
    const { links: ofTramite } = await visit(house, `/cola/${ids.completed}`);
    assert.equal(ofTramite.get('Sus líneas en los registros'), `/sistema/registros?q=${ids.completed}`);
  });

  test('without anything to find it says where else to look', async () => {
    assert.match((await visit(house, '/sistema/registros?q=nada')).text, /puede estar en un archivo más antiguo/);
  });
});
