import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLatePool } from '#server/gateways/pool/late.ts';
import type { RobotPool } from '#server/gateways/pool/pool.ts';
import type { JournalHint } from '#workers/messages.ts';

const threads = () => {
  const heard = new Set<(hint: JournalHint) => void>();
  const told = { closed: 0 };
  const pool: RobotPool = {
    ...{ size: 3, run: () => Promise.reject(new Error('nadie')), askToStop: () => undefined },
    onHint: (listener) => {
      heard.add(listener);
      return () => heard.delete(listener);
    },
    close: async () => {
      told.closed += 1;
    },
  };
  return { pool, heard, told };
};

test('until its threads come a pool has none and says why; then it is theirs, and who listened hears them', () => {
  const late = createLatePool('Se está preparando.');
  late.pool.onHint(() => undefined);
  assert.deepEqual([late.pool.size, late.pool.missing], [0, { reason: 'Se está preparando.', preparing: true }]);
  const { pool, heard } = threads();
  late.fill(pool);
  assert.deepEqual([late.pool.size, late.pool.missing, heard.size], [3, null, 1]);
});

test('threads that come after it was closed are closed at once', async () => {
  const late = createLatePool('Se está preparando.');
  await late.pool.close(0);
  const { pool, told } = threads();
  late.fill(pool);
  assert.deepEqual([late.pool.size, told.closed], [0, 1]);
});

test('when none will come it says so', () => {
  const late = createLatePool('Se está preparando.');
  late.giveUp(new Error('No hay navegador.'));
  assert.deepEqual([late.pool.size, late.pool.missing], [0, { reason: 'No hay navegador.', preparing: false }]);
});
