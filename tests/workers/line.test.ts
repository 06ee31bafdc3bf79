import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { openLine } from '#workers/line.ts';

const wire = (t: { after(end: () => void): void }) => {
  const { port1: main, port2 } = new MessageChannel();
  const line = openLine(port2);
  t.after(() => {
    line.close();
    main.close();
  });
  return { main, line };
};

test('the answer of the main thread is the answer of the guard', async (t) => {
  const { main, line } = wire(t);
  main.on('message', (question) => {
    assert.deepEqual(question, { type: 'still_ours' });
    main.postMessage({ type: 'still_ours', answer: 'foreign' });
  });
  assert.equal(await line.stillOurs(5_000), 'foreign');
});

test('a main thread that says nothing in time leaves the source unchecked', async (t) => {
  const { line } = wire(t);
  assert.equal(await line.stillOurs(20), 'unreachable');
});

test('an order to stop is kept until somebody looks', async (t) => {
  const { main, line } = wire(t);
  assert.equal(line.stopRequested, false);
  main.postMessage({ type: 'stop' });
  main.on('message', () => main.postMessage({ type: 'still_ours', answer: 'ours' }));
  assert.equal(await line.stillOurs(5_000), 'ours');
  assert.equal(line.stopRequested, true);
});
