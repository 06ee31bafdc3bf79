import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { beginCopy, closeUnfinishedCopies, makeCopy } from '#server/datos/copiar.ts';
import { holdRestored } from '#server/datos/hold-restored.ts';
import { recoverOrphans } from '#server/ejecuciones/recover.ts';
import { openQueueHouse, type QueueHouse } from '#tests/support/queue-house.ts';

export const who = { usuario: 'ana' };
const never = new AbortController().signal;
export const at = '2026-03-03T09:00:00.000Z';

export const copyOf = async (house: QueueHouse): Promise<string> => {
  const begun = await beginCopy(house.deps, 'a_mano', who);
  assert.equal(await makeCopy(house.deps, begun, never), true);
  return join(house.deps.config.DATA_DIR, 'copias', begun.name);
};

export const close = async (house: QueueHouse): Promise<void> => {
  await house.dispatcher.stop(0);
  house.db.close();
};

/** What a start does before anything works. */
export const start = async (t: TestContext, folder: string): Promise<QueueHouse> => {
  const house = openQueueHouse(t, { dataDir: folder });
  await house.db.write(() => closeUnfinishedCopies(house.deps));
  await recoverOrphans(house.deps);
  await holdRestored(house.deps);
  return house;
};
