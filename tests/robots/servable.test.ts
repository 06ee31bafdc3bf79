import assert from 'node:assert/strict';
import { test } from 'node:test';
import { servableSites, servePending, waitingSites } from '#server/robots/servable.ts';
import { openQueueHouse } from '#tests/support/queue-house.ts';

test('every organismo and every site in the queue is either served or waits with a reason', async (t) => {
  const house = openQueueHouse(t);
  house.db.sql(`INSERT INTO organismo_config (site_id, query_organisme) VALUES ('nuevo_por_sql', '%X%')`).run();
  await house.queue(['1'], { siteId: 'fila_ajena' });
  const { sites, waiting } = servableSites(house.deps, house.forms);
  assert.deepEqual(sites, ['prueba']);
  assert.deepEqual(Object.fromEntries(waiting.map((one) => [one.siteId, one.reason])), {
    fila_ajena: 'sin robot: no hay ningún organismo con ese nombre',
    nuevo_por_sql: 'sin robot',
    xaloc_girona: 'sin robot',
  });
  assert.equal(waitingSites(house.deps, house.forms).get('nuevo_por_sql'), 'sin robot');
});

test('the dispatcher is shown the organismos with pending trámites only', async (t) => {
  const house = openQueueHouse(t);
  assert.equal(servePending(house.deps, house.forms).servable.size, 0);
  await house.queue(['1']);
  assert.deepEqual([...servePending(house.deps, house.forms).servable.keys()], ['prueba']);
  house.db.sql(`UPDATE tramite_queue SET status = 'completed'`).run();
  assert.equal(servePending(house.deps, house.forms).servable.size, 0);
});

test('several organismos may share one robot, named in `robot`', async (t) => {
  const house = openQueueHouse(t);
  house.organismo('otro_mas', { robot: 'prueba' });
  assert.deepEqual([...servableSites(house.deps, house.forms).sites].sort(), ['otro_mas', 'prueba']);
});

test('the robots of the house are looked for in the catalogue: the seeded one lacks its mailbox', async (t) => {
  const house = openQueueHouse(t);
  await house.queue(['1'], { siteId: 'xaloc_girona' });
  assert.match(waitingSites(house.deps).get('xaloc_girona') ?? '', /^el robot «xaloc_girona» está a medio configurar: .*user_email/);
});
