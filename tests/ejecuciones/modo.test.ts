import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openQueueHouse } from '#tests/support/queue-house.ts';

test('simular prepares and validates without a robot; rellenar fills and never sends', async (t) => {
  const house = openQueueHouse(t);
  house.organismo('simulado', { modo: 'simular', robot: 'prueba' });
  house.organismo('rellenado', { modo: 'rellenar', robot: 'prueba' });
  const [simulated = 0] = await house.queue(['1'], { siteId: 'simulado' });
  const [filled = 0] = await house.queue(['2'], { siteId: 'rellenado' });
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual([house.row(simulated).status, house.row(filled).status], ['awaiting_confirmation', 'awaiting_confirmation']);
  assert.deepEqual(
    house.pool.tasks.map((task) => [task.resourceId, task.submit]),
    [['2', false]],
  );
});

test('aprobar stops before the submission until a person approves', async (t) => {
  const house = openQueueHouse(t);
  house.organismo('con_permiso', { modo: 'aprobar', robot: 'prueba' });
  const [id = 0] = await house.queue(['1'], { siteId: 'con_permiso' });
  await house.dispatcher.pass();
  await house.idle();
  assert.equal(house.row(id).status, 'awaiting_confirmation');
  house.db.sql(`UPDATE tramite_queue SET status = 'pending', approved_at = '2026-03-02T09:00:00.000Z' WHERE id = ?`).run(id);
  await house.dispatcher.pass();
  await house.idle();
  assert.equal(house.row(id).status, 'completed');
  assert.deepEqual(
    house.pool.tasks.map((task) => task.submit),
    [false, true],
  );
});

test('the modo that holds is the one of the moment of the take', async (t) => {
  const house = openQueueHouse(t, { threads: 1 });
  const [, second = 0] = await house.queue(['1', '2']);
  house.pool.tell('1', 'hang');
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 1, 'the first one is at work');
  house.db.sql(`UPDATE organismo_config SET modo = 'rellenar'`).run();
  house.pool.release('1');
  await house.idle();
  assert.equal(house.row(second).status, 'awaiting_confirmation');
});
