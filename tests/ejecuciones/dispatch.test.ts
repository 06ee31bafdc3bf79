import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ejecucionesOf, openQueueHouse } from '#tests/support/queue-house.ts';

test('a queued trámite is filed and completed with its register number, date and receipt', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['90001']);
  await house.dispatcher.pass();
  await house.idle();
  const row = house.row(id);
  assert.equal(row.status, 'completed');
  assert.equal(row.attempts, 1);
  assert.equal(row.error_code, null);
  assert.equal(row.processed_at, '2026-03-02T09:00:00.000Z');
  const result = JSON.parse(String(row.result));
  assert.deepEqual([result.numero, result.fecha, result.recibo.file], ['E-90001', '02/03/2026 10:00', 'justificante.pdf']);
  assert.match(String(row.screenshot_path), /evidencias[\\/]\d+[\\/]1[\\/]2-enviar\.jpg$/);
  assert.deepEqual(house.events(id), ['enqueued', 'started', 'completed']);
  assert.deepEqual(ejecucionesOf(house.db, id), [{ intento: 1, estado: 'COMPLETED', fase: 'submitted', equipo_id: 'local-1' }]);
});

test('every trámite is filed exactly once, and never by more slots than there are threads', async (t) => {
  const house = openQueueHouse(t, { threads: 3 });
  const ids = Array.from({ length: 25 }, (_, i) => String(90_000 + i));
  await house.queue(ids);
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual(new Set(Object.values(house.statuses())), new Set(['completed']));
  assert.deepEqual(house.pool.tasks.map((task) => task.resourceId).sort(), ids);
  assert.ok(house.pool.most() <= 3);
});

test('passes ordered at the same time never take more than the free slots', async (t) => {
  const house = openQueueHouse(t, { threads: 2 });
  await house.queue(['1', '2', '3', '4']);
  for (const id of ['1', '2', '3', '4']) house.pool.tell(id, 'hang');
  await Promise.all([house.dispatcher.pass(), house.dispatcher.pass(), house.dispatcher.pass()]);
  await house.until(() => house.pool.tasks.length === 2, 'two robots work');
  assert.deepEqual(house.dispatcher.busy(), { used: 2, total: 2 });
  assert.deepEqual(Object.values(house.statuses()), ['processing', 'processing', 'pending', 'pending']);
});

test('a slot that an operator switched off takes nothing more', async (t) => {
  const house = openQueueHouse(t, { threads: 2 });
  house.db.sql(`UPDATE equipos SET activo_sam = 0 WHERE equipo_id = 'local-1'`).run();
  await house.queue(['1', '2', '3']);
  await house.dispatcher.pass();
  await house.idle();
  assert.equal(house.pool.most(), 1);
  assert.deepEqual(house.db.sql('SELECT DISTINCT equipo_id FROM ejecuciones').all(), [{ equipo_id: 'local-2' }]);
});

test('each change of a trámite and each hint of its thread is passed on to those who look', async (t) => {
  const house = openQueueHouse(t);
  house.dispatcher.start();
  const [id = 0] = await house.queue(['1']);
  await house.dispatcher.pass();
  await house.idle();
  assert.ok(house.changed.filter((one) => one === id).length >= 2);
  house.pool.hint({ tramite: 77, ejecucion: 'x', step: 1 });
  assert.ok(house.changed.includes(77));
});

test('a slot where no attempt can be opened does not undo the attempts of the others', async (t) => {
  const house = openQueueHouse(t);
  await house.queue(['1', '2', '3']);
  house.db.sqlite.exec(
    `CREATE TRIGGER broken BEFORE INSERT ON ejecuciones WHEN NEW.equipo_id = 'local-1' BEGIN SELECT RAISE(ABORT, 'no'); END`,
  );
  await assert.rejects(house.dispatcher.pass(), /no/);
  await house.until(() => Object.values(house.statuses()).every((status) => status === 'completed'), 'the other slot has filed them all');
});
