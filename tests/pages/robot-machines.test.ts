import assert from 'node:assert/strict';
import test, { describe, type TestContext } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { fillSam } from '#tests/support/sample-sam.ts';
import { send } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = (t: TestContext) => {
  const house = openPageHouse();
  t.after(() => house.close());
  fillSam(house.db, () => '2026-03-02T08:00:00.000Z');
  const column = (sql: string) => house.db.sqlite.prepare(sql).pluck().all();
  return { house, column };
};

describe('the machines of a robot', () => {
  const kinds = "SELECT robot_id || ' ' || equipo_id || ' ' || es_programado || reservado FROM asignaciones ORDER BY 1";

  test('are kept for it by a person, who wins over the balancer', async (t) => {
    const { house, column } = open(t);
    assert.equal((await send(house, '/robots/4712/equipos', { equipo_id: '32' })).status, 303);
    assert.deepEqual(column(kinds), ['4711 31 01', '4712 32 01', '4712 34 10']);
    assert.deepEqual(column("SELECT accion FROM auditoria WHERE entidad = 'robot'"), ['asignar']);
  });

  test('what was lent to it becomes its own', async (t) => {
    const { house, column } = open(t);
    await send(house, '/robots/4711/equipos', { equipo_id: '32' });
    assert.deepEqual(column(kinds), ['4711 31 01', '4711 32 01', '4712 34 10']);
  });

  for (const [what, id, reason] of [
    ['kept for another robot', '31', /VM-RPA-01 \(P10_CARGA_FACTURAS\)/],
    ['that does not exist', '999', /No se pueden asignar: 999/],
    ['of this machine', 'local-1', /No se pueden asignar: local-1/],
  ] as const)
    test(`refuse one ${what}`, async (t) => {
      const { house, column } = open(t);
      const before = column(kinds);
      const screen = await send(house, '/robots/4712/equipos', { equipo_id: id });
      assert.equal(screen.status, 422);
      assert.match(screen.text, reason);
      assert.deepEqual(column(kinds), before);
    });

  test('can be taken away, but those of a programación', async (t) => {
    const { house, column } = open(t);
    await send(house, '/robots/4711/equipos/quitar', { equipo_id: '31' });
    await send(house, '/robots/4712/equipos/quitar', { equipo_id: '34' });
    assert.deepEqual(column(kinds), ['4711 32 00', '4712 34 10']);
    assert.equal((await send(house, '/robots/4711/equipos/quitar')).status, 422);
  });
});

test('an operator may synchronise now, and comes back to the machines', async (t) => {
  const { house } = open(t);
  house.scheduler.run = async (name) => void house.scheduler.ran.push(name);
  const ana = await signIn(house, 'operador', 'ana');
  const screen = await send(house, '/sistema/ciclos/sincronizar', {}, ana);
  assert.deepEqual([screen.status, screen.headers.location, house.scheduler.ran], [303, '/equipos', ['sincronizar']]);
  assert.equal((await send(house, '/sistema/ciclos/despachar', {}, ana)).status, 403);
});
