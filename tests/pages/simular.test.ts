import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillBalance } from '#tests/support/sample-balance.ts';
import { visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';
const ago = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();

const open = (t: TestContext) => {
  const house = openPageHouse({
    clock: manualClock(now),
    carga: [
      {
        name: 'clouders',
        place: 'https://clouders.example',
        load: () => assert.fail('nobody outside is asked'),
        close: async () => undefined,
      },
    ],
  });
  t.after(() => house.close());
  house.db.sqlite.exec("INSERT INTO pools (pool_id, nombre) VALUES ('norte', 'Norte'), ('sur', 'Sur')");
  fillBalance(house.db, ago);
  return house;
};

const everything = ['asignaciones', 'historico_balanceo', 'balance_robots', 'fuentes_carga', 'events', 'auditoria'];

test('shows what the next cycle would do, asks nobody outside and changes nothing', async (t) => {
  const house = open(t);
  const state = () => everything.map((table) => JSON.stringify(house.db.sqlite.prepare(`SELECT * FROM ${table}`).all()));
  const before = state();
  const { status, fields, text } = await visit(house, '/balance/simular?tickets.4802=30&enfriamiento=0');
  assert.equal(status, 200);
  assert.match(text, /Con estos números, el próximo reparto movería 1 equipo/);
  assert.equal(fields.get('tickets.4802'), '30');
  assert.deepEqual(state(), before);
});

test('what changes is told with its reason, before and after', async (t) => {
  const house = open(t);
  const { rows } = await visit(house, '/balance/simular?tickets.4802=30&enfriamiento=0');
  const [action] = rows;
  assert.deepEqual(action?.slice(0, 4), ['P49_BAJAS', 'Recibe', '1 → 2', 'VM-BAL-05']);
});

test('limits, ratio and priority can be tried too', async (t) => {
  const house = open(t);
  const needs = async (query: string) => {
    const { rows } = await visit(house, `/balance/simular?${query}`);
    return /necesita (\S+)/.exec(rows.find((row) => row[0]?.startsWith('P48') && row.length === 7)?.at(-1) ?? '')?.[1];
  };
  assert.equal(await needs(''), '5');
  assert.equal(await needs('max.4801=3'), '3');
  assert.equal(await needs('ratio.4801=5'), '8');
  assert.equal(await needs('min.4801=7'), '7');
});

test('without isolation a robot gets what General has', async (t) => {
  const house = open(t);
  house.db.sqlite.exec("UPDATE equipos SET pool_id = NULL WHERE equipo_id = '76'");
  const { text } = await visit(house, '/balance/simular?tickets.4802=40&enfriamiento=0&aislamiento=0&tickets.4801=0');
  assert.match(text, /Recibe del General/);
});

for (const [query, field] of [
  ['tickets.4801=muchos', 'tickets-4801'],
  ['tickets.4801=-1', 'tickets-4801'],
  ['max.4801=-2', 'max-4801'],
  ['ratio.4801=0', 'ratio-4801'],
  ['prioridad.4801=101', 'prioridad-4801'],
  ['min.4801=1.5', 'min-4801'],
])
  test(`refuses «${query}» at the field, and keeps what was typed`, async (t) => {
    const screen = await visit(open(t), `/balance/simular?${query}`);
    const [name = '', value = ''] = (query ?? '').split('=');
    assert.equal(screen.status, 422);
    assert.match(screen.html, new RegExp(`id="campo-${field}-motivo"`));
    assert.equal(screen.fields.get(name), value);
  });

test('a robot without tickets can be added', async (t) => {
  const house = open(t);
  house.db.sqlite.exec("INSERT INTO robots (robot_id, robot, es_online) VALUES ('99', 'P99_QUIETO', 1)");
  assert.equal((await visit(house, '/balance/simular')).fields.has('tickets.99'), false);
  assert.equal((await visit(house, '/balance/simular?otro=99')).fields.get('tickets.99'), '0');
});
