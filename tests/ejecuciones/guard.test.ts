import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { ejecucionesOf, openQueueHouse } from '#tests/support/queue-house.ts';

for (const [who, holding, answer, status] of [
  ['ours, with blanks around the name', { usuario: '  Cerebro Prueba ' }, 'ours', 'completed'],
  ["somebody else's", { usuario: 'Otra Persona' }, 'foreign', 'needs_review'],
  ['with its TExp back to 2', { texp: 2 }, 'foreign', 'needs_review'],
  ['ours and finished by a person (Estado 2)', { estado: 2 }, 'foreign', 'needs_review'],
  ['ours and being finished (Estado 1)', { estado: 1 }, 'ours', 'completed'],
  ['gone from the source', null, 'foreign', 'needs_review'],
] as const)
  test(`a recurso that is ${who} is ${answer}`, async (t) => {
    const house = openQueueHouse(t);
    const [id = 0] = await house.queue(['1']);
    house.holders.set('1', holding);
    await house.dispatcher.pass();
    await house.idle();
    assert.deepEqual(house.pool.answers, [answer]);
    assert.equal(house.row(id).status, status);
  });

test('a source that fails is unreachable: the verified claim stands and the trámite is filed', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  house.doors.read = () => Promise.reject(new OrigenError('origen_caido', 'No contesta.', { transient: true }));
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual(house.pool.answers, ['unreachable']);
  assert.equal(house.row(id).status, 'completed');
});

for (const state of ['intended', 'lost', 'released', 'foreign', null])
  test(`with a silent source and ${state ?? 'no'} reclamación nothing is sent: no verified claim stands`, async (t) => {
    const house = openQueueHouse(t);
    const [id = 0] = await house.queue(['1']);
    if (state) house.db.sql('UPDATE reclamaciones SET state = ?').run(state);
    else house.db.sql('DELETE FROM reclamaciones').run();
    house.doors.read = () => Promise.reject(new OrigenError('origen_caido', 'No contesta.', { transient: true }));
    await house.dispatcher.pass();
    await house.idle();
    assert.deepEqual(house.pool.answers, ['foreign']);
    assert.deepEqual([house.row(id).status, house.row(id).error_code], ['needs_review', 'reclamacion_perdida']);
    assert.equal(house.db.sql('SELECT state FROM reclamaciones').get()?.state, state ?? undefined);
  });

test('a recurso found in other hands loses its claim, so that a later silence of the source lets nothing through', async (t) => {
  const house = openQueueHouse(t);
  await house.queue(['1', '2']);
  house.holders.set('1', { usuario: 'Otra Persona' });
  await house.dispatcher.pass();
  await house.idle();
  const claims = house.db.sql('SELECT resource_id, state, closed_at FROM reclamaciones ORDER BY resource_id').all();
  assert.deepEqual(claims, [
    { resource_id: '1', state: 'foreign', closed_at: house.clock.now().toISOString() },
    { resource_id: '2', state: 'claimed', closed_at: null },
  ]);
  const told = house.db.sql(`SELECT entity_id, kind FROM events WHERE entity = 'recurso'`).all();
  assert.deepEqual(told, [{ entity_id: '1', kind: 'foreign' }]);
});

test('a source that says nothing for four seconds is unreachable', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  let asked = false;
  house.doors.read = () => {
    asked = true;
    return new Promise(() => undefined);
  };
  await house.dispatcher.pass();
  await house.until(() => asked, 'the source is asked');
  await house.clock.advance(3_999);
  assert.deepEqual(house.pool.answers, []);
  await house.clock.advance(1);
  await house.idle();
  assert.deepEqual(house.pool.answers, ['unreachable']);
  assert.equal(house.row(id).status, 'completed');
});

test('an attempt whose trámite somebody took out of processing may not submit', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  house.pool.tell('1', 'hang');
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 1, 'the robot works');
  house.db.sql(`UPDATE tramite_queue SET status = 'cancelled' WHERE id = ?`).run(id);
  house.pool.release('1');
  await house.idle();
  assert.deepEqual(house.pool.answers, ['stop']);
  assert.equal(house.row(id).status, 'cancelled');
  assert.equal(ejecucionesOf(house.db, id)[0]?.fase, 'ready');
  assert.deepEqual(house.events(id), ['enqueued', 'started']);
});
