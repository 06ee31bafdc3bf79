import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { diskGate } from '#server/datos/disk-gate.ts';
import { judgeDisk } from '#server/datos/rules.ts';
import { diskClave, watchHouse } from '#server/datos/vigilar.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openQueueHouse, type QueueHouse } from '#tests/support/queue-house.ts';

const setting = ({ db }: QueueHouse, clave: string, valor: number) =>
  db
    .sql('INSERT INTO ajustes (clave, valor) VALUES (?, ?) ON CONFLICT (clave) DO UPDATE SET valor = excluded.valor')
    .run(clave, String(valor));

const more = 1_000_000_000;

test('below the least nothing begins, what is under way ends, and it goes on by itself', async (t) => {
  const house = openQueueHouse(t, { threads: 1 });
  await house.queue(['1', '2', '3']);
  house.pool.tell('1', 'hang');
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 1, 'a robot works');
  setting(house, 'DISCO_LIBRE_MIN_MB', more);
  house.pool.release('1');
  await house.idle();
  await house.dispatcher.pass();
  assert.deepEqual(house.statuses(), { 1: 'completed', 2: 'pending', 3: 'pending' });
  await watchHouse(house.deps);
  assert.deepEqual(house.db.sql('SELECT clave, nivel, veces FROM avisos').all(), [{ clave: diskClave, nivel: 'CRITICO', veces: 1 }]);
  await watchHouse(house.deps);
  assert.equal(house.db.sql('SELECT veces FROM avisos').get()?.veces, 1);
  setting(house, 'DISCO_LIBRE_MIN_MB', 0);
  setting(house, 'DISCO_LIBRE_AVISO_MB', 0);
  await watchHouse(house.deps);
  assert.equal(house.db.sql('SELECT estado FROM avisos').get()?.estado, 'resuelto');
  assert.deepEqual(house.woken, ['reclamar', 'despachar', 'lanzar']);
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual(house.statuses(), { 1: 'completed', 2: 'completed', 3: 'completed' });
});

test('between the two limits there is an aviso and everything goes on', async (t) => {
  const house = openQueueHouse(t);
  setting(house, 'DISCO_LIBRE_MIN_MB', 0);
  setting(house, 'DISCO_LIBRE_AVISO_MB', more);
  await watchHouse(house.deps);
  assert.equal(house.db.sql('SELECT nivel FROM avisos').get()?.nivel, 'ALTO');
  assert.equal(diskGate(house.deps).open, true);
});

test('only the disk of the data stops the house; that of the copies is told', () => {
  const space = (folder: string, freeMb: number, vital: boolean) => ({ folder, freeMb, vital });
  const limits = { min: 500, warn: 2_000 };
  assert.equal(judgeDisk([space('datos', 9_000, true), space('copias', 10, false)], limits)?.nivel, 'ALTO');
  assert.equal(judgeDisk([space('datos', 400, true), space('copias', 10, false)], limits)?.nivel, 'CRITICO');
  assert.equal(judgeDisk([space('datos', 9_000, true)], limits), null);
});

/** A disk of its own that fills up; null where this user may not make one. */
const smallDisk = (t: TestContext): string | null => {
  const folder = join(temporaryFolder(t), 'disco');
  mkdirSync(folder);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder]);
  if (mounted.status !== 0) return null;
  t.after(() => spawnSync('umount', ['-l', folder]));
  return folder;
};

test('a disk that fills up in the middle neither loses a trámite nor files one twice', async (t) => {
  const folder = smallDisk(t);
  if (folder === null) return t.skip('this user may not mount');
  const house = openQueueHouse(t, { threads: 2, dataDir: folder, env: { DISCO_LIBRE_MIN_MB: '0' } });
  const ids = Array.from({ length: 12 }, (_, i) => String(i + 1));
  await house.queue(ids);
  for (const id of ['1', '2']) house.pool.tell(id, 'hang');
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 2, 'two robots work');
  const filler = join(folder, 'relleno');
  let size = 12_000_000;
  for (let written = 0; size >= 1; ) {
    try {
      writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
      written += size;
    } catch {
      size = Math.floor(size / 2);
    }
  }
  house.pool.release('1');
  house.pool.release('2');
  await house.clock.advance(5_000);
  rmSync(filler);
  for (let i = 0; i < 20 && house.dispatcher.busy().used > 0; i++) await house.clock.advance(5_000);
  await house.until(() => house.dispatcher.busy().used === 0, 'the robots have ended');
  await house.dispatcher.pass();
  await house.idle();
  const filed = house.pool.tasks.map(({ resourceId }) => resourceId);
  const statuses = house.statuses();
  assert.equal(Object.keys(statuses).length, ids.length);
  for (const id of ids) {
    const times = filed.filter((one) => one === id).length;
    if (statuses[id] === 'completed') assert.ok(times >= 1, `${id} was filed`);
    else assert.ok(['pending', 'needs_review', 'failed'].includes(String(statuses[id])), `${id} is ${statuses[id]}`);
  }
});
