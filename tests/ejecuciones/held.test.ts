import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openQueueHouse } from '#tests/support/queue-house.ts';

const maintenance = `UPDATE mantenimiento SET activo = 1, motivo = 'Obras', usuario = 'Ana', desde = '2026-03-02T09:00:00.000Z'`;

test('under maintenance nothing begins, and once it ends the trámites are filed', async (t) => {
  const house = openQueueHouse(t);
  house.db.sql(maintenance).run();
  const [id = 0] = await house.queue(['90001']);
  await house.dispatcher.pass();
  assert.deepEqual([house.row(id).status, house.pool.tasks.length], ['pending', 0]);
  house.db.sql('UPDATE mantenimiento SET activo = 0').run();
  await house.dispatcher.pass();
  await house.idle();
  assert.equal(house.row(id).status, 'completed');
});

test('what is under way when the house is paused ends, and its slot takes nothing more', async (t) => {
  const house = openQueueHouse(t, { threads: 1 });
  house.pool.tell('1', 'hang');
  const [first = 0, second = 0] = await house.queue(['1', '2']);
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 1, 'a robot works');
  house.db.sql(maintenance).run();
  await house.dispatcher.stop(0);
  assert.deepEqual([house.row(first).status, house.row(second).status], ['pending', 'pending']);
  assert.equal(house.pool.tasks.length, 1);
});

test('while only this cycle is paused, a pass that a person orders fills the slots once', async (t) => {
  const house = openQueueHouse(t, { threads: 1 });
  house.db.sql(`INSERT INTO ciclos_pausados (ciclo, motivo, usuario) VALUES ('despachar', 'Obras', 'Ana')`).run();
  await house.queue(['1', '2']);
  await house.dispatcher.pass();
  assert.equal(house.pool.tasks.length, 0);
  await house.dispatcher.pass(true);
  await house.idle();
  assert.deepEqual(Object.values(house.statuses()), ['completed', 'pending']);
});
