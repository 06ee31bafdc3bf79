import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ejecucionesOf, openQueueHouse } from '#tests/support/queue-house.ts';

test('a polite stop sends back what has not been submitted, without counting it as a failure', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1', '2', '3']);
  house.pool.tell('1', 'hang');
  house.pool.tell('2', 'hang');
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 2, 'both robots work');
  await house.dispatcher.stop(30_000);
  assert.deepEqual(house.statuses(), { '1': 'pending', '2': 'pending', '3': 'pending' });
  assert.deepEqual([house.row(id).transient_failures, house.row(id).not_before], [0, null]);
  assert.deepEqual(house.events(id), ['enqueued', 'started', 'returned']);
  assert.equal(house.pool.tasks.length, 2);
});

test('nothing is taken any more once the stop has begun', async (t) => {
  const house = openQueueHouse(t);
  await house.queue(['1']);
  const stopped = house.dispatcher.stop(30_000);
  await house.dispatcher.pass();
  await stopped;
  assert.deepEqual(house.statuses(), { '1': 'pending' });
  assert.equal(house.pool.tasks.length, 0);
});

test('papers on their way are given up at once', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  let given = 0;
  house.doors.download = (_paper, _folder, signal) =>
    new Promise((_resolve, reject) => {
      given++;
      signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    });
  await house.dispatcher.pass();
  await house.until(() => given === 1, 'the download is under way');
  await house.dispatcher.stop(30_000);
  assert.deepEqual([house.row(id).status, house.row(id).transient_failures], ['pending', 0]);
});

test('after the grace the threads are ended: what was being submitted waits for a person', async (t) => {
  const house = openQueueHouse(t);
  const [sent = 0] = await house.queue(['1']);
  house.pool.tell('1', 'hang_submitting');
  await house.dispatcher.pass();
  await house.until(() => ejecucionesOf(house.db, sent)[0]?.fase === 'submitting', 'the submission has begun');
  const stopped = house.dispatcher.stop(10_000);
  await house.clock.advance(10_001);
  await stopped;
  assert.deepEqual([house.row(sent).status, house.row(sent).error_code], ['needs_review', 'envio_dudoso']);
  assert.deepEqual(house.dispatcher.busy(), { used: 0, total: 2 });
});

test('the guard holds back a submission once we are stopping', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  const read = house.doors.read;
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  house.doors.read = async (ids) => {
    asked.resolve();
    await answer.promise;
    return read(ids);
  };
  await house.dispatcher.pass();
  await asked.promise;
  const stopped = house.dispatcher.stop(30_000);
  answer.resolve();
  await stopped;
  assert.deepEqual(house.pool.answers, ['stop']);
  assert.deepEqual([house.row(id).status, ejecucionesOf(house.db, id)[0]?.fase], ['pending', 'ready']);
});
