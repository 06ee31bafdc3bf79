import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import { ensureLocalSlots, usableSlots } from '#server/equipos/local-slots.ts';

test('there is a slot per thread, in the pool local, and asking again changes nothing', () => {
  const db = openMemoryDatabase();
  ensureLocalSlots(db, 2);
  ensureLocalSlots(db, 2);
  assert.deepEqual(db.sql('SELECT equipo_id, pool_id, activo_sam, conectado FROM equipos ORDER BY equipo_id').all(), [
    { equipo_id: 'local-1', pool_id: 'local', activo_sam: 1, conectado: 1 },
    { equipo_id: 'local-2', pool_id: 'local', activo_sam: 1, conectado: 1 },
  ]);
  assert.deepEqual(usableSlots(db, 2), ['local-1', 'local-2']);
});

test('with fewer threads the last slots stay for the history, unused, and come back with the threads', () => {
  const db = openMemoryDatabase();
  ensureLocalSlots(db, 12);
  ensureLocalSlots(db, 2);
  assert.deepEqual(usableSlots(db, 2), ['local-1', 'local-2']);
  ensureLocalSlots(db, 11);
  assert.equal(usableSlots(db, 11).at(-1), 'local-11');
});

test('what an operator switched off stays off across starts', () => {
  const db = openMemoryDatabase();
  ensureLocalSlots(db, 2);
  db.sql(`UPDATE equipos SET activo_sam = 0 WHERE equipo_id = 'local-1'`).run();
  ensureLocalSlots(db, 2);
  assert.deepEqual(usableSlots(db, 2), ['local-2']);
});

test('a slot whose ejecución is still open takes no other until it ends', () => {
  const db = openMemoryDatabase();
  ensureLocalSlots(db, 2);
  db.sql(`INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado) VALUES ('e', 'r', 'local-1', 'RUNNING')`).run();
  assert.deepEqual(usableSlots(db, 2), ['local-2']);
  db.sql(`UPDATE ejecuciones SET estado = 'RUN_ABORTED'`).run();
  assert.deepEqual(usableSlots(db, 2), ['local-1', 'local-2']);
});

test('machines of the other half are no local slots', () => {
  const db = openMemoryDatabase();
  db.sql(`INSERT INTO equipos (equipo_id, equipo) VALUES ('15', 'VM-15'), ('local-x', 'X')`).run();
  ensureLocalSlots(db, 1);
  assert.deepEqual(usableSlots(db, 5), ['local-1']);
});
