import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepLetters } from '#server/ejecuciones/callback-inbox.ts';
import { A360Error } from '#server/gateways/a360/a360.ts';
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

/** Five launches without an answer, each of its own bot and user. */
const fiveClaims = (db: Parameters<typeof addRun>[0], more = {}) => {
  for (const n of [1, 2, 3, 4, 5]) addRun(db, `e${n}`, claim({ robot_id: `47${n}`, equipo_id: `3${n}`, user_id: `8${n}`, ...more }));
};
const searches = (asked: readonly object[]) => asked.filter((query) => 'since' in query);

test('many lost launches are looked for with one question, and each takes only what is its own', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  fiveClaims(db);
  addRun(db, 'none', claim({ robot_id: '479', equipo_id: '39', user_id: null }));
  a360.rows = [1, 2, 3].map((n) =>
    activityRow(`d-${n}`, { fileId: `47${n}`, userId: `8${n}`, startedAt: `2026-03-02T08:59:0${n}.000Z`, status: 'UPDATE' }),
  );
  a360.rows.push(activityRow('d-mixed', { fileId: '474', userId: '85', startedAt: '2026-03-02T08:59:05.000Z' }));
  await round();
  assert.equal(searches(a360.asked).length, 1);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((n) => run(`e${n}`, 'deployment_id')[0]),
    ['d-1', 'd-2', 'd-3', null, null],
  );
});

test('an old launch in the same question does not lend its age to a new one', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'old', claim({ robot_id: '471', equipo_id: '31', user_id: '81', fecha_inicio: '2026-03-02T08:00:00.000Z' }));
  addRun(db, 'new', claim({ robot_id: '472', equipo_id: '32', user_id: '82' }));
  a360.rows = [activityRow('d-before', { fileId: '472', userId: '82', status: 'COMPLETED', startedAt: '2026-03-02T08:10:00.000Z' })];
  await round();
  assert.deepEqual(run('new', 'deployment_id', 'estado'), [null, 'PENDING_EXECUTION']);
  assert.deepEqual(run('old', 'estado'), ['DEPLOY_FAILED']);
});

test('a question for many that fails says nothing of any of them', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  fiveClaims(db, { fecha_inicio: '2026-03-02T08:00:00.000Z' });
  a360.before = (query) => query !== 'stop' && 'since' in query && down();
  await round();
  for (const n of [1, 2, 3, 4, 5]) assert.deepEqual(run(`e${n}`, 'estado'), ['PENDING_EXECUTION']);
});

test('where A360 does not say whose a row is, each launch is looked for by itself', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', claim({ robot_id: '471', equipo_id: '31', user_id: '81', fecha_inicio: '2026-03-02T08:00:00.000Z' }));
  addRun(db, 'b', claim({ robot_id: '472', equipo_id: '32', user_id: '82' }));
  a360.rows = [activityRow('d-a', { fileId: '471', userId: null, startedAt: '2026-03-02T08:00:05.000Z' })];
  await round();
  assert.deepEqual(run('a', 'deployment_id', 'estado'), ['d-a', 'RUNNING']);
});

test('two launches of one bot by one user never take the same run', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', claim({ estado: 'UNKNOWN', equipo_id: '31' }));
  addRun(db, 'b', claim({ equipo_id: '32' }));
  a360.rows = [activityRow('d-one', { startedAt: '2026-03-02T08:59:05.000Z', status: 'COMPLETED' })];
  await round();
  assert.deepEqual([run('a', 'deployment_id'), run('b', 'deployment_id')].flat().filter(Boolean), ['d-one']);
});

test('a Control Room that does not understand so long a question is asked one by one', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  fiveClaims(db);
  a360.rows = [activityRow('d-2', { fileId: '472', userId: '82', startedAt: '2026-03-02T08:59:02.000Z' })];
  a360.before = (query) => {
    if (query !== 'stop' && 'launches' in query) throw new A360Error('respuesta', 'A360 no entiende el filtro (400).', { status: 400 });
  };
  await round();
  assert.deepEqual(run('e2', 'deployment_id'), ['d-2']);
});
