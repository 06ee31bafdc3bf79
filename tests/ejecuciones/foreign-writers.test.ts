import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openQueueHouse, tellForm } from '#tests/support/queue-house.ts';

const passing = { kind: 'failed', code: 'portal_lento', message: 'La sede no contestó.', transient: true, doubtful: false } as const;

test('rows of an organismo without a robot, or of none at all, wait as pending and keep nobody from working', async (t) => {
  const house = openQueueHouse(t);
  house.db.sql(`INSERT INTO organismo_config (site_id, active) VALUES ('sin_nadie', 1)`).run();
  await house.queue(['1'], { siteId: 'sin_nadie', priority: 1 });
  await house.queue(['2'], { siteId: 'jamas_visto', priority: 1 });
  await house.queue(['3']);
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual(house.statuses(), { '1': 'pending', '2': 'pending', '3': 'completed' });
});

test('a robot that lacks a setting is not used, and one aviso says so until it is mended', async (t) => {
  const house = openQueueHouse(t, { forms: { prueba: tellForm('prueba'), otro: tellForm('otro') } });
  house.organismo('otro', { parametros: '{}' });
  const [id = 0] = await house.queue(['1'], { siteId: 'otro' });
  await house.dispatcher.pass();
  await house.dispatcher.pass();
  assert.equal(house.row(id).status, 'pending');
  const avisos = () => house.db.sql('SELECT clave, veces, estado, detalle FROM avisos').all();
  assert.deepEqual(avisos(), [
    { clave: 'despacho:otro', veces: 1, estado: 'abierto', detalle: 'el robot «otro» está a medio configurar: Falta correo.' },
  ]);
  house.db.sql(`UPDATE robots SET parametros = '{"correo":"a@b.test"}' WHERE robot_id = 'otro'`).run();
  await house.dispatcher.pass();
  await house.idle();
  await house.dispatcher.pass();
  assert.equal(house.row(id).status, 'completed');
  assert.equal(avisos()[0]?.estado, 'resuelto');
});

test('poison rows another program inserted fail alone, and the rest is filed', async (t) => {
  const house = openQueueHouse(t);
  const insert = house.db.sql(
    `INSERT INTO tramite_queue (site_id, resource_id, expediente, payload, priority) VALUES ('prueba', ?, 'x', ?, 1)`,
  );
  for (const [id, payload] of [
    ['a', '{"roto'],
    ['b', null],
    ['c', '[1]'],
    ['d', Buffer.from('x')],
    ['e', '7'],
  ] as const)
    insert.run(id, payload);
  await house.queue(['1']);
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual(house.statuses(), { a: 'failed', b: 'failed', c: 'failed', d: 'failed', e: 'failed', '1': 'completed' });
  const codes = house.db.sql(`SELECT DISTINCT error_code FROM tramite_queue WHERE status = 'failed'`).all();
  assert.deepEqual(codes, [{ error_code: 'payload_ilegible' }]);
});

test('a running trámite that another program puts back to pending is not begun a second time', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  house.pool.tell('1', passing, 'hang');
  await house.dispatcher.pass();
  await house.idle();
  await house.clock.advance(30_000);
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 2, 'the second attempt is at work');
  house.db.sql(`UPDATE tramite_queue SET status = 'pending' WHERE id = ?`).run(id);
  await house.dispatcher.pass();
  assert.equal(house.pool.tasks.length, 2);
  house.pool.release('1');
  await house.idle();
  assert.deepEqual([house.row(id).status, house.row(id).attempts], ['completed', 2]);
});

test('a running first attempt put back to pending with its attempts forgotten is not begun again, and keeps nobody from working', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1', '2']);
  house.pool.tell('1', 'hang');
  await house.dispatcher.pass();
  await house.until(() => house.statuses()['2'] === 'completed' && house.pool.tasks.length === 2, 'the first attempt is at work');
  house.db.sql(`UPDATE tramite_queue SET status = 'pending', attempts = 0 WHERE id = ?`).run(id);
  await house.queue(['3']);
  await house.dispatcher.pass();
  await house.until(() => house.statuses()['3'] === 'completed', 'the one behind is filed');
  assert.equal(house.pool.tasks.length, 3);
  house.pool.release('1');
  await house.idle();
  assert.deepEqual([house.row(id).status, house.row(id).attempts], ['completed', 1]);
});

test('a filing is written down even if another program moved its row meanwhile', async (t) => {
  const house = openQueueHouse(t, { threads: 1 });
  const [id = 0] = await house.queue(['1']);
  house.pool.tell('1', 'die_submitted');
  const run = house.pool.run;
  Object.assign(house.pool, {
    run: async (...args: Parameters<typeof run>) => {
      const outcome = run(...args);
      await outcome.catch(() => house.db.sql(`UPDATE tramite_queue SET status = 'cancelled' WHERE id = ?`).run(id));
      return outcome;
    },
  });
  await house.dispatcher.pass();
  await house.idle();
  assert.equal(house.row(id).status, 'completed');
});
