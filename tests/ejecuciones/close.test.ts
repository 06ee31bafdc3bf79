import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Closing, closeAttempt } from '#server/ejecuciones/close.ts';
import { openNext } from '#server/ejecuciones/open.ts';
import { ejecucionesOf, openQueueHouse, type QueueHouse } from '#tests/support/queue-house.ts';

const opened = async (house: QueueHouse): Promise<{ id: number; closing: Closing }> => {
  const [id = 0] = await house.queue(['1']);
  const servable = new Map([['prueba', { robotId: 'prueba', form: { steps: ['abrir'] } }]]);
  const attempt = await house.db.write(() => openNext(house.db, house.clock.now(), 'local-1', servable));
  const closing: Closing = {
    key: { ejecucionId: attempt?.ejecucionId as string, tramiteId: id, attempt: 1 },
    ending: { kind: 'died', code: 'hilo_terminado', message: 'Murió.' },
    reached: { fase: 'preparing', result: null, receiptVerified: false },
    retry: { max: 4, baseSeconds: 30, random: () => 0.5 },
    pathOf: (capture) => `/evidencias/${capture}`,
  };
  return { id, closing };
};

test('an attempt is closed once; closing it again changes nothing', async (t) => {
  const house = openQueueHouse(t);
  const { id, closing } = await opened(house);
  const close = () => house.db.write(() => closeAttempt(house.db, house.clock.now(), closing));
  assert.equal(typeof (await close()), 'object');
  const before = [house.row(id), house.events(id), ejecucionesOf(house.db, id)];
  assert.equal(await close(), 'already_closed');
  assert.deepEqual([house.row(id), house.events(id), ejecucionesOf(house.db, id)], before);
});

test('a thread that began its submission after we looked is not sent back to the queue', async (t) => {
  const house = openQueueHouse(t);
  const { id, closing } = await opened(house);
  house.db.sql(`UPDATE ejecuciones SET fase = 'submitting'`).run();
  assert.equal(await house.db.write(() => closeAttempt(house.db, house.clock.now(), closing)), 'advanced');
  assert.equal(house.row(id).status, 'processing');
  const again = { ...closing, reached: { ...closing.reached, fase: 'submitting' as const } };
  await house.db.write(() => closeAttempt(house.db, house.clock.now(), again));
  assert.equal(house.row(id).status, 'needs_review');
});

test('once closed, a thread that still breathes cannot begin a submission', async (t) => {
  const house = openQueueHouse(t);
  const { closing } = await opened(house);
  await house.db.write(() => closeAttempt(house.db, house.clock.now(), closing));
  const { changes } = house.db
    .sql(`UPDATE ejecuciones SET fase = 'ready' WHERE ejecucion_id = ? AND fase = 'preparing' AND fecha_fin IS NULL`)
    .run(closing.key.ejecucionId);
  assert.equal(changes, 0);
});

test('two attempts can neither share a slot nor a trámite', async (t) => {
  const house = openQueueHouse(t);
  await opened(house);
  await house.queue(['2']);
  const servable = new Map([['prueba', { robotId: 'prueba', form: { steps: [] } }]]);
  await assert.rejects(
    house.db.write(() => openNext(house.db, house.clock.now(), 'local-1', servable)),
    /UNIQUE constraint failed: ejecuciones.equipo_id/,
  );
  assert.deepEqual(house.statuses(), { '1': 'processing', '2': 'pending' });
});

test('an outcome is written down however often the database refuses', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1', '2']);
  const write = house.db.write;
  let refusals = 3;
  Object.assign(house.db, {
    write: (async (change, options) => {
      if (house.pool.tasks.length > 0 && refusals-- > 0) throw new Error('disk I/O error');
      return write(change, options);
    }) as typeof write,
  });
  house.pool.tell('2', 'hang');
  await house.dispatcher.pass();
  // Two sleepers: the deadline of the one that hangs, and the rest before the next try.
  for (const left of [2, 1, 0]) {
    await house.until(() => refusals === left && house.clock.sleeping() === 2, 'the close was refused and rests');
    await house.clock.advance(1_000);
  }
  await house.until(() => house.row(id).status === 'completed', 'it is written down');
});
