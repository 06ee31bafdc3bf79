import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import { createGatewayTeller } from '#server/ejecuciones/tell-gateway.ts';
import { silentLog } from '#server/lib/log.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

test('a gateway that rejects the credentials is told at once, one that only fails the third time, and both end with a permission', async () => {
  const clock = manualClock();
  const db = openMemoryDatabase(clock);
  const tell = createGatewayTeller({ db, clock, log: silentLog() });
  const told = async (failure: Parameters<typeof tell>[0]) => {
    tell(failure);
    await db.write(() => undefined);
    return db.sqlite.prepare("SELECT titulo FROM avisos WHERE estado = 'abierto'").pluck().all();
  };
  const away = { reason: 'no contesta como debe', denied: false };
  assert.deepEqual([await told(away), await told(away), await told(null), await told(away), await told(away)], [[], [], [], [], []]);
  assert.deepEqual(await told(away), ['La pasarela APIGW no da permiso']);
  assert.deepEqual(await told({ reason: 'contesta con un error 401', denied: true }), ['La pasarela APIGW rechaza las credenciales']);
  assert.deepEqual(await told(null), []);
});
