import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepLetters } from '#server/ejecuciones/callback-inbox.ts';
import { addRun } from '#tests/support/a360-runs.ts';
import { down, now, openReconcileHouse } from '#tests/support/reconcile-house.ts';
import { activityRow } from '#tests/support/told-a360.ts';

const min = 60_000;

const claim = (more = {}) => ({
  deployment_id: null,
  estado: 'PENDING_EXECUTION',
  user_id: '88',
  fecha_inicio: '2026-03-02T08:59:00.000Z',
  ...more,
});

test('a launch whose answer was lost takes the run A360 began since, also one that is over', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', claim());
  a360.rows = [activityRow('d-lost', { status: 'COMPLETED', startedAt: '2026-03-02T08:59:05.000Z', endedAt: '2026-03-02T08:59:20.000Z' })];
  await round();
  assert.deepEqual(run('a', 'deployment_id', 'estado', 'fecha_fin', 'activity_id'), [
    'd-lost',
    'COMPLETED',
    '2026-03-02T08:59:20.000Z',
    'a-d-lost',
  ]);
});

test('a run that another ejecución has, or that began before, is not taken', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'old', { deployment_id: 'd-old', estado: 'RUN_COMPLETED', fecha_fin: now, user_id: '88' });
  addRun(db, 'a', claim());
  a360.rows = [
    activityRow('d-old', { status: 'COMPLETED', startedAt: '2026-03-02T08:59:05.000Z' }),
    activityRow('d-before', { status: 'COMPLETED', startedAt: '2026-03-02T08:40:00.000Z' }),
    activityRow('d-user', { userId: '89', status: 'COMPLETED', startedAt: '2026-03-02T08:59:05.000Z' }),
  ];
  await round();
  assert.deepEqual(run('a', 'deployment_id', 'estado'), [null, 'PENDING_EXECUTION']);
});

test('the callback that was waiting for it is applied as it is taken', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', claim());
  keepLetters(db, now, [{ deploymentId: 'd-lost', estado: 'RUN_FAILED', body: '{"x":1}', host: null }]);
  a360.rows = [activityRow('d-lost', { startedAt: '2026-03-02T08:59:05.000Z' })];
  await round();
  assert.deepEqual(run('a', 'estado', 'origen', 'callback_info'), ['RUN_FAILED', 'callback', '{"x":1}']);
});

test('a callback that came before its run was found tells its end, also when the list knows one', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', claim());
  keepLetters(db, now, [{ deploymentId: 'd-lost', estado: 'RUN_COMPLETED', body: '{"botOutput":{}}', host: null }]);
  a360.rows = [activityRow('d-lost', { status: 'COMPLETED', startedAt: '2026-03-02T08:59:05.000Z', endedAt: '2026-03-02T08:59:20.000Z' })];
  await round();
  assert.deepEqual(run('a', 'estado', 'origen', 'callback_info'), ['RUN_COMPLETED', 'callback', '{"botOutput":{}}']);
});

test('nothing found three minutes after the claim: it never began, and its occurrence is open again', async (t) => {
  const { db, clock, round, run } = openReconcileHouse(t);
  addRun(db, 'a', claim({ fecha_inicio: now, programacion_id: 'p1', fecha_teorica: now }));
  await clock.advance(3 * min - 1);
  await round();
  assert.deepEqual(run('a', 'estado', 'ocurrencia_libre'), ['PENDING_EXECUTION', 0]);
  await clock.advance(1);
  await round();
  assert.deepEqual(run('a', 'estado', 'ocurrencia_libre', 'origen', 'fecha_fin'), [
    'DEPLOY_FAILED',
    1,
    'conciliador',
    '2026-03-02T09:03:00.000Z',
  ]);
});

test('a search that fails proves nothing, however old the claim', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', claim({ fecha_inicio: '2026-03-02T08:00:00.000Z' }));
  a360.before = (query) => 'fileId' in (query as object) && down();
  await round();
  assert.deepEqual(run('a', 'estado'), ['PENDING_EXECUTION']);
});

test('an answer the launcher stores while it is being looked for stands', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', claim({ fecha_inicio: '2026-03-02T08:00:00.000Z' }));
  a360.before = (query) =>
    'fileId' in (query as object) && db.sql("UPDATE ejecuciones SET deployment_id = 'd-own', estado = 'DEPLOYED'").run();
  await round();
  assert.deepEqual(run('a', 'deployment_id', 'estado'), ['d-own', 'DEPLOYED']);
});
