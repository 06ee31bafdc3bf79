import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import { applyWaiting, dropOldLetters, keepLetters } from '#server/ejecuciones/callback-inbox.ts';

const came = '2026-03-02T09:00:01.000Z';
const at = '2026-03-02T09:00:05.000Z';
const letter = (estado: string, deploymentId = 'd-1') => ({ deploymentId, estado, body: `{"status":"${estado}"}`, host: '127.0.0.1' });

const openHouse = () => {
  const db = openMemoryDatabase();
  db.sql(
    `INSERT INTO ejecuciones (ejecucion_id, deployment_id, robot_id, equipo_id, estado, fecha_inicio)
     VALUES ('e-1', 'd-1', '4711', '31', 'DEPLOYED', '2026-03-02T09:00:00.000Z')`,
  ).run();
  const row = () => db.sql("SELECT estado, fecha_fin, origen, callback_info FROM ejecuciones WHERE ejecucion_id = 'e-1'").get();
  const waiting = () => db.sql('SELECT count(*) AS n FROM callback_inbox WHERE aplicado_at IS NULL').get()?.n;
  return { db, row, waiting };
};

test('a callback that came before the answer of its deploy ends the run at the instant it came', () => {
  const { db, row, waiting } = openHouse();
  keepLetters(db, came, [letter('RUN_COMPLETED')]);
  assert.equal(applyWaiting(db, at, 'e-1', 'd-1'), 1);
  assert.deepEqual(row(), { estado: 'RUN_COMPLETED', fecha_fin: came, origen: 'callback', callback_info: '{"status":"RUN_COMPLETED"}' });
  assert.equal(waiting(), 0);
  assert.equal(applyWaiting(db, at, 'e-1', 'd-1'), 0);
});

test('several that wait are applied in the order they came, and a real end is the last word', () => {
  const { db, row } = openHouse();
  keepLetters(db, came, [letter('RUNNING'), letter('RUN_FAILED'), letter('RUN_COMPLETED')]);
  assert.equal(applyWaiting(db, at, 'e-1', 'd-1'), 3);
  assert.equal(row()?.estado, 'RUN_FAILED');
});

test('the same callback twice waits once', () => {
  const { db, waiting } = openHouse();
  keepLetters(db, came, [letter('RUN_COMPLETED', 'd-9'), letter('RUN_COMPLETED', 'd-9')]);
  keepLetters(db, at, [letter('RUN_COMPLETED', 'd-9')]);
  assert.equal(waiting(), 1);
});

test('a word nobody knows changes no state, and does not wait for ever', () => {
  const { db, row, waiting } = openHouse();
  keepLetters(db, came, [letter('BOTSTORE_SOMETHING')]);
  applyWaiting(db, at, 'e-1', 'd-1');
  assert.equal(row()?.estado, 'DEPLOYED');
  assert.equal(waiting(), 0);
});

test('after seven days they are let go, applied or not', () => {
  const { db } = openHouse();
  keepLetters(db, '2026-02-20T00:00:00.000Z', [letter('RUN_COMPLETED', 'd-8')]);
  keepLetters(db, came, [letter('RUN_COMPLETED', 'd-9')]);
  assert.equal(dropOldLetters(db, new Date(at)), 1);
  assert.equal(db.sql('SELECT deployment_id FROM callback_inbox').get()?.deployment_id, 'd-9');
});
