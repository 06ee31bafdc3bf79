import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepLetters } from '#server/ejecuciones/callback-inbox.ts';
import { takeCallbacks } from '#server/ejecuciones/take-callbacks.ts';
import { A360Error, type ActivityQuery } from '#server/gateways/a360/a360.ts';
import { addRun } from '#tests/support/a360-runs.ts';
import { down, now, openReconcileHouse } from '#tests/support/reconcile-house.ts';
import { activityRow } from '#tests/support/told-a360.ts';

const isLot = (query: ActivityQuery | 'stop', id: string) =>
  typeof query === 'object' && 'deploymentIds' in query && query.deploymentIds.includes(id);
const avisos = (db: ReturnType<typeof openReconcileHouse>['db']) =>
  db
    .sql("SELECT clave FROM avisos WHERE estado = 'abierto' ORDER BY clave")
    .all()
    .map((row) => row.clave);

test('what A360 says is active is noted: UPDATE is a run in progress, and any sighting ends the count of the missing', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', { estado: 'DEPLOYED', no_encontrada: 3 });
  addRun(db, 'b', { estado: 'UNKNOWN', veces_unknown: 2, ultimo_unknown_at: now });
  a360.rows = [activityRow('d-a', { status: 'UPDATE' }), activityRow('d-b', { status: 'QUEUED', startedAt: null })];
  await round();
  assert.deepEqual(run('a', 'estado', 'fecha_inicio_real', 'fecha_fin', 'activity_id', 'no_encontrada'), [
    ...['RUNNING', '2026-03-02T08:31:00.000Z', null, 'a-d-a', 0],
  ]);
  assert.deepEqual(run('b', 'estado', 'veces_unknown', 'ultimo_unknown_at'), ['QUEUED', 0, null]);
  assert.equal(a360.asked.length, 1);
});

test('one that is not active any more is asked for by its id, and ends when A360 says it ended', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a');
  addRun(db, 'b');
  const endedAt = '2026-03-02T08:45:00.500Z';
  a360.rows = [
    activityRow('d-a', { id: 'old', status: 'RUN_FAILED', startedAt: '2026-03-02T08:00:00.000Z', endedAt: '2026-03-02T08:10:00.000Z' }),
    activityRow('d-a', { status: 'COMPLETED', endedAt }),
    activityRow('d-b', { status: 'RUN_TIMED_OUT', message: 'tardó demasiado' }),
  ];
  await round();
  assert.deepEqual(run('a', 'estado', 'fecha_fin', 'origen', 'callback_info'), ['COMPLETED', endedAt, 'conciliador', null]);
  assert.deepEqual(run('b', 'estado', 'fecha_fin', 'mensaje'), ['RUN_TIMED_OUT', now, 'tardó demasiado']);
});

test('the listing that fails changes nothing, fails the round and raises the aviso; the next good one resolves it', async (t) => {
  const { db, a360, round } = openReconcileHouse(t);
  addRun(db, 'a');
  const before = db.sql('SELECT * FROM ejecuciones').all();
  a360.before = down;
  await assert.rejects(round(), { code: 'a360_red' });
  assert.deepEqual(db.sql('SELECT * FROM ejecuciones').all(), before);
  assert.deepEqual(avisos(db), ['a360_no_responde']);
  a360.before = () => undefined;
  await round();
  assert.deepEqual(avisos(db), []);
});

test('rejected credentials have an aviso of their own', async (t) => {
  const { db, a360, round } = openReconcileHouse(t);
  a360.before = () => {
    throw new A360Error('credenciales', 'A360 no admite ese usuario.');
  };
  await assert.rejects(round(), { code: 'a360_credenciales' });
  assert.deepEqual(avisos(db), ['a360_credenciales']);
});

test('a lot that fails counts for nothing, and the other lots go on', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t, { LANZADOR_CONCILIACION_LOTE_TAMANO: '1' });
  for (const id of ['a', 'b', 'c']) addRun(db, id, { no_encontrada: 4 });
  a360.rows = [activityRow('d-c', { status: 'COMPLETED' })];
  a360.before = (query) => isLot(query, 'd-a') && down();
  const told = await round();
  assert.deepEqual(
    [run('a', 'estado', 'no_encontrada'), run('b', 'estado'), run('c', 'estado')],
    [['RUNNING', 4], ['COMPLETED_INFERRED'], ['COMPLETED']],
  );
  assert.equal(told?.lotesFallidos, 1);
});

test('missing five times in a row from answers that came, it is taken for ended, and said to be so', async (t) => {
  const { db, round, run } = openReconcileHouse(t);
  addRun(db, 'a');
  for (let miss = 1; miss < 5; miss += 1) {
    await round();
    assert.deepEqual(run('a', 'estado', 'no_encontrada', 'fecha_fin'), ['RUNNING', miss, null]);
  }
  await round();
  assert.deepEqual(run('a', 'estado', 'fecha_fin', 'origen', 'callback_info'), ['COMPLETED_INFERRED', now, 'inferido', null]);
  assert.match(String(run('a', 'mensaje')[0]), /Se da por terminada/);
});

test('one sighting begins the count anew', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', { no_encontrada: 4 });
  a360.rows = [activityRow('d-a')];
  await round();
  a360.rows = [];
  await round();
  assert.deepEqual(run('a', 'estado', 'no_encontrada'), ['RUNNING', 1]);
});

test('UNKNOWN has a count of its own and leaves the end open', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', { no_encontrada: 4 });
  a360.rows = [activityRow('d-a', { status: 'UNKNOWN' })];
  for (let times = 1; times <= 7; times += 1) await round();
  assert.deepEqual(run('a', 'estado', 'veces_unknown', 'ultimo_unknown_at', 'fecha_fin', 'no_encontrada'), ['UNKNOWN', 7, now, null, 0]);
});

test('a word nobody knows is a sighting and no more', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', { no_encontrada: 4 });
  a360.rows = [activityRow('d-a', { status: 'BOTSTORE_X' })];
  await round();
  assert.deepEqual(run('a', 'estado', 'no_encontrada'), ['RUNNING', 0]);
});

test('after thirty days without a word it is closed as not known; what A360 sees running, or a callback told of, is not', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  const old = '2026-01-30T00:00:00.000Z';
  for (const [id, more] of Object.entries({
    unknown: { estado: 'UNKNOWN' },
    missing: {},
    told: { callback_info: '{}' },
    alive: {},
    recent: { fecha_inicio: now },
  }))
    addRun(db, id, { fecha_inicio: old, ...more });
  a360.rows = [activityRow('d-unknown', { status: 'UNKNOWN' }), activityRow('d-alive')];
  await round();
  assert.deepEqual(run('unknown', 'estado', 'fecha_fin', 'origen'), ['UNKNOWN', now, 'inferido']);
  assert.deepEqual(run('missing', 'estado', 'fecha_fin', 'origen'), ['UNKNOWN', now, 'inferido']);
  for (const id of ['told', 'alive', 'recent']) assert.deepEqual(run(id, 'estado', 'fecha_fin'), ['RUNNING', null], id);
});

test('a callback that comes while A360 is being asked wins over what A360 said before', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a');
  addRun(db, 'b', { no_encontrada: 4 });
  a360.rows = [activityRow('d-a')];
  const body = (id: string) => ({ deploymentId: id, estado: 'RUN_FAILED', body: '{}', host: null });
  a360.before = (query) => {
    if ('active' in (query as object)) takeCallbacks(db, now, [body('d-a')]);
    else takeCallbacks(db, now, [body('d-b')]);
  };
  await round();
  assert.deepEqual(
    [run('a', 'estado', 'origen'), run('b', 'estado', 'origen', 'no_encontrada')],
    [
      ['RUN_FAILED', 'callback'],
      ['RUN_FAILED', 'callback', 0],
    ],
  );
});

test('ended runs, attempts of Playwright and those a person closed are never asked for nor touched', async (t) => {
  const { db, a360, round } = openReconcileHouse(t);
  addRun(db, 'a', { estado: 'RUN_TIMED_OUT', fecha_fin: now });
  addRun(db, 'b', { fase: 'preparing', deployment_id: null });
  addRun(db, 'c', { estado: 'UNKNOWN', fecha_fin: now });
  const before = db.sql('SELECT * FROM ejecuciones').all();
  await round();
  assert.deepEqual(db.sql('SELECT * FROM ejecuciones').all(), before);
  assert.equal(a360.asked.length, 1);
});

test('one found running after its equipo was given to another stays not known, and holds the equipo again', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a', { estado: 'UNKNOWN', equipo_id: '31', ultimo_unknown_at: '2026-03-02T06:00:00.000Z' });
  addRun(db, 'b', { equipo_id: '31' });
  a360.rows = [activityRow('d-a'), activityRow('d-b')];
  await round();
  assert.deepEqual(run('a', 'estado', 'ultimo_unknown_at', 'fecha_fin'), ['UNKNOWN', now, null]);
  assert.deepEqual(run('b', 'estado', 'activity_id'), ['RUNNING', 'a-d-b']);
});

test('old callbacks that found no run are let go', async (t) => {
  const { db, round } = openReconcileHouse(t);
  keepLetters(db, '2026-02-20T00:00:00.000Z', [{ deploymentId: 'd-x', estado: 'RUN_COMPLETED', body: '{}', host: null }]);
  await round();
  assert.equal(db.sql('SELECT count(*) AS n FROM callback_inbox').get()?.n, 0);
});

test('a callback that waits is applied when its run appears by whatever way, also one that is about to be let go', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  keepLetters(db, '2026-02-20T08:00:00.000Z', [{ deploymentId: 'd-a', estado: 'RUN_FAILED', body: '{"x":1}', host: null }]);
  addRun(db, 'a');
  a360.rows = [activityRow('d-a')];
  await round();
  assert.deepEqual(run('a', 'estado', 'origen', 'fecha_fin'), ['RUN_FAILED', 'callback', '2026-02-20T08:00:00.000Z']);
});

test('after three lots that fail in a row the others are left for the next round', async (t) => {
  const { db, a360, round } = openReconcileHouse(t, { LANZADOR_CONCILIACION_LOTE_TAMANO: '1' });
  for (let n = 0; n < 10; n++) addRun(db, `e${n}`, { equipo_id: String(n), user_id: String(n) });
  a360.before = (query) => query !== 'stop' && 'deploymentIds' in query && down();
  assert.equal((await round())?.lotesFallidos, 3);
  assert.equal(a360.asked.length, 4);
});

test('RUN_TIMED_OUT is an end like any other, and is not asked for again', async (t) => {
  const { db, a360, round, run } = openReconcileHouse(t);
  addRun(db, 'a');
  a360.rows = [activityRow('d-a', { status: 'RUN_TIMED_OUT', endedAt: null })];
  await round();
  assert.deepEqual(run('a', 'estado', 'fecha_fin', 'origen'), ['RUN_TIMED_OUT', now, 'conciliador']);
  a360.rows = [activityRow('d-a', { status: 'RUNNING' })];
  await round();
  assert.deepEqual(run('a', 'estado'), ['RUN_TIMED_OUT']);
  assert.equal(a360.asked.filter((query) => isLot(query, 'd-a')).length, 1);
});

test('ten thousand open runs are settled without holding the house for long', async (t) => {
  const { db, a360, round } = openReconcileHouse(t);
  const many = Array.from({ length: 10_000 }, (_, n) => n);
  db.sql(
    `INSERT INTO ejecuciones (ejecucion_id, deployment_id, robot_id, equipo_id, user_id, estado, fecha_inicio)
     SELECT 'e' || value, 'd' || value, '4711', 'v' || value, 'u' || value, 'DEPLOYED', '2026-03-02T08:30:00.000Z' FROM json_each(?)`,
  ).run(JSON.stringify(many));
  a360.rows = many.map((n) => activityRow(`d${n}`, n % 2 === 0 ? {} : { status: 'COMPLETED', endedAt: now }));
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  const told = await round();
  clearInterval(beat);
  assert.deepEqual([told?.vistas, told?.noEncontradas], [10_000, 0]);
  const counts = db.sql('SELECT estado, count(*) AS n FROM ejecuciones GROUP BY estado ORDER BY estado').all();
  assert.deepEqual(counts, [
    { estado: 'COMPLETED', n: 5000 },
    { estado: 'RUNNING', n: 5000 },
  ]);
  t.diagnostic(`longest stretch ${Math.round(longest)} ms`);
});
