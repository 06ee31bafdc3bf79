import assert from 'node:assert/strict';
import test, { after, beforeEach, describe } from 'node:test';
import { record } from '#server/historial/record.ts';
import { openPageHouse, restingCycle } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';
const during = '2026-03-02T08:55:00.200Z';

describe('/ciclos/:id', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  fillSample(house.db, house.folder, new Date(now));
  record(house.db, '2026-03-02T08:54:59.000Z', { entity: 'recurso', entityId: '1', kind: 'claimed', data: { siteId: 'madrid' } });
  record(house.db, during, { entity: 'recurso', entityId: '90588', kind: 'claimed', data: { siteId: 'xaloc_girona' } });
  record(house.db, during, { entity: 'recurso', entityId: '90999', kind: 'lost', data: { siteId: 'xaloc_girona', holder: 'other' } });
  const discard = house.db.sql(
    'INSERT INTO discards (resource_id, site_id, rule_version, reason, expediente, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  discard.run('70001', 'base_online', 'v1', 'regex_no_coincide', 'GIM-1', '2026-03-02T08:50:00.000Z');
  discard.run('70002', 'xaloc_girona', 'v1', 'regex_no_coincide', '2025/1-MULTA', during);
  discard.run('70003', 'xaloc_girona', 'v1', 'expediente_vacio', '', '2026-03-02T08:59:00.000Z');
  after(() => house.close());

  test('tells what the cycle did for each organismo and how long each phase took', async () => {
    const { text, heading, rows } = await visit(house, '/ciclos/3');
    assert.equal(heading, 'Ciclo del 02/03/2026 09:55');
    assert.deepEqual(rows[0], ['xaloc_girona', '150', '120', '30', '42', '1']);
    assert.match(text, /Tiempo por fase conciliar 4 ms descubrir 82 ms/);
    assert.match(text, /Descartados por regla .*31 el expediente no cumple la expresión 4 sin expediente/);
  });

  test('lists the recursos it claimed and lost, those of its time alone', async () => {
    const { rows } = await visit(house, '/ciclos/3');
    assert.deepEqual(rows.slice(2), [
      ['90588', 'xaloc_girona', '2025/160588-MUL'],
      ['90999', 'xaloc_girona', 'lo tomó otra persona'],
    ]);
  });

  test('samples only what it turned down for the first time', async () => {
    const { text } = await visit(house, '/ciclos/3');
    assert.match(text, /Vistos por primera vez 70002 · 2025\/1-MULTA · el expediente no cumple la expresión · regla de xaloc_girona/);
    assert.doesNotMatch(text, /70001|70003/);
  });

  for (const id of ['99', 'x', '0'])
    test(`answers 404 for the cycle «${id}»`, async () => {
      assert.equal((await visit(house, `/ciclos/${id}`)).status, 404);
    });

  test('the list of discards is filtered by organismo and reason, the last one first', async () => {
    const ids = async (query: string) => (await visit(house, `/ciclos/descartes${query}`)).rows.map(([id]) => id);
    assert.deepEqual(await ids(''), ['70003', '70002', '70001']);
    assert.deepEqual(await ids('?site=xaloc_girona'), ['70003', '70002']);
    assert.deepEqual(await ids('?site=xaloc_girona&motivo=regex_no_coincide'), ['70002']);
    assert.match((await visit(house, '/ciclos/descartes?motivo=nada')).text, /Ningún descarte coincide con el filtro/);
  });

  test('a walk over thousands of others ends and says where to go on', async () => {
    house.db.sqlite.exec(`WITH RECURSIVE rows (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM rows WHERE i < 5100)
      INSERT INTO discards (resource_id, site_id, rule_version, reason, at) SELECT 'm' || i, 'madrid', 'v1', 'expediente_vacio', '${now}' FROM rows`);
    const first = await visit(house, '/ciclos/descartes?site=xaloc_girona');
    assert.match(first.text, /Ninguno entre los que se han mirado/);
    const next = await visit(house, first.links.get('Seguir buscando') ?? '');
    assert.deepEqual(
      next.rows.map(([id]) => id),
      ['70003', '70002'],
    );
  });
});

describe('*Comprobar ahora*', () => {
  const found: string[] = [];
  const held = { id: '80001', expediente: '2025/1-MUL', texp: 1, estado: 0, usuario: 'Cerebro Prueba' };
  const origen = {
    kind: 'sqlite',
    shownAs: 'sqlite: muestra.db',
    check: async () => undefined,
    read: async () => new Map(),
    heldBy: async function* () {
      found.push('asked');
      yield [held];
    },
  };
  const house = openPageHouse({ clock: manualClock(now), origen: origen as never });
  after(() => house.close());
  beforeEach(() => {
    house.scheduler.claim = restingCycle;
  });

  test('says that nothing has been looked at yet', async () => {
    const screen = await visit(house, '/ciclos');
    assert.match(screen.text, /Sin comprobar todavía/);
    assert.ok(screen.buttons.includes('Comprobar ahora'));
  });

  test('looks at both sides, claims nothing and says when', async () => {
    assert.equal((await send(house, '/ciclos/desajustes')).status, 303);
    const { text } = await visit(house, '/ciclos');
    assert.match(text, /El origen y la cola no cuadran 1 Comprobado el 02\/03\/2026 10:00 .*80001 — Expediente 2025\/1-MUL\./);
    assert.deepEqual(house.scheduler.ran, []);
  });

  test('is refused while a cycle, which looks too, is under way', async () => {
    house.scheduler.claim = { ...restingCycle, running: true };
    const screen = await send(house, '/ciclos/desajustes');
    assert.equal(screen.status, 409);
    assert.match(screen.text, /Hay un ciclo en marcha, que ya lo comprueba/);
  });
});
