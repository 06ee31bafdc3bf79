import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CerebroError } from '#server/lib/errors.ts';
import { ejecucionesOf, openQueueHouse } from '#tests/support/queue-house.ts';

const passing = { kind: 'failed', code: 'portal_lento', message: 'La sede no contestó.', transient: true, doubtful: false } as const;
const final = { kind: 'failed', code: 'tramite_rechazado', message: 'La sede no lo admite.', transient: false, doubtful: false } as const;

test('a transient failure goes back to the queue for later, and is filed when its hour comes', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  house.pool.tell('1', passing, 'finish');
  house.dispatcher.start();
  await house.until(() => house.row(id).status === 'pending' && house.row(id).attempts === 1, 'the first attempt has failed');
  await house.idle();
  assert.equal(house.row(id).error_code, 'portal_lento');
  assert.equal(house.row(id).not_before, '2026-03-02T09:00:30.000Z');
  await house.clock.advance(29_999);
  assert.equal(house.pool.tasks.length, 1);
  await house.clock.advance(2);
  await house.until(() => house.row(id).status === 'completed', 'the second attempt has filed');
  assert.equal(house.row(id).attempts, 2);
  assert.equal(house.row(id).error_code, null);
  assert.deepEqual(house.events(id), ['enqueued', 'started', 'retry_scheduled', 'started', 'completed']);
});

test('the rest doubles with each transient failure, and after REINTENTOS_MAX of them the trámite is failed', async (t) => {
  const house = openQueueHouse(t, { env: { REINTENTOS_MAX: '3', REINTENTO_BASE_SEG: '10' } });
  const [id = 0] = await house.queue(['1']);
  house.pool.tell('1', passing);
  const rests: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    await house.dispatcher.pass();
    await house.idle();
    if (attempt === 3) break;
    rests.push(Date.parse(String(house.row(id).not_before)) - house.clock.now().getTime());
    await house.clock.advance(rests.at(-1) as number);
  }
  assert.deepEqual(rests, [10_000, 20_000]);
  assert.equal(house.row(id).status, 'failed');
  assert.equal(house.row(id).error_code, 'portal_lento');
  assert.match(String(house.row(id).error_log), /tras 3 fallos seguidos/);
  assert.equal(house.row(id).attempts, 3);
});

test('a business failure is final at once', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  house.pool.tell('1', final);
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual([house.row(id).status, house.row(id).error_code], ['failed', 'tramite_rechazado']);
  assert.equal(house.row(id).attempts, 1);
});

test('a failure after the submission began waits for a person, with an aviso', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  house.pool.tell('1', { ...passing, doubtful: true, transient: true });
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual([house.row(id).status, house.row(id).error_code], ['needs_review', 'portal_lento']);
  const aviso = house.db.sql('SELECT clave, estado FROM avisos').all();
  assert.deepEqual(aviso, [{ clave: `revision:${id}`, estado: 'abierto' }]);
});

test('a recurso that is no longer ours waits for a person, and nothing was sent', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  house.holders.set('1', { usuario: 'Otra Persona' });
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual([house.row(id).status, house.row(id).error_code], ['needs_review', 'reclamacion_perdida']);
  assert.equal(ejecucionesOf(house.db, id)[0]?.fase, 'ready');
});

for (const [told, status, code] of [
  ['die', 'pending', 'hilo_terminado'],
  ['die_submitting', 'needs_review', 'envio_dudoso'],
  ['die_submitted', 'completed', null],
  ['die_without_receipt', 'needs_review', 'justificante_no_verificado'],
] as const)
  test(`a thread that is told to ${told} leaves its trámite ${status}`, async (t) => {
    const house = openQueueHouse(t);
    const [id = 0] = await house.queue(['1']);
    house.pool.tell('1', told);
    await house.dispatcher.pass();
    await house.idle();
    assert.deepEqual([house.row(id).status, house.row(id).error_code], [status, code]);
    assert.equal(house.row(id).transient_failures, told === 'die' ? 1 : 0);
  });

test('what cannot be filed never reaches a robot', async (t) => {
  const house = openQueueHouse(t);
  const [bad = 0] = await house.queue(['1'], { payload: { falta: 'la matrícula' } });
  const [odd = 0] = await house.queue(['2'], { payload: { adjuntos: 'ninguno' } });
  const [blank = 0] = await house.queue(['3'], { expediente: '  ' });
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual([house.row(bad).status, house.row(bad).error_code], ['failed', 'datos_incompletos']);
  assert.equal(house.row(bad).error_log, 'Falta la matrícula.');
  assert.equal(house.row(odd).error_code, 'adjuntos_no_validos');
  assert.equal(house.row(blank).error_code, 'expediente_vacio');
  assert.equal(house.pool.tasks.length, 0);
});

test('papers that do not come, one robot that hangs and one that dies stop no other trámite', async (t) => {
  const house = openQueueHouse(t, { threads: 2 });
  await house.queue(['1', '2', '3', '4', '5', '6']);
  house.pool.tell('1', 'hang');
  house.pool.tell('2', 'die');
  const download = house.doors.download;
  house.doors.download = async (paper, folder) => {
    if (paper.resourceId === '3') throw new CerebroError('intranet_lenta', 'La intranet no contestó.', { transient: true });
    if (paper.resourceId === '4') throw new TypeError('nobody expected this');
    return download(paper, folder);
  };
  await house.dispatcher.pass();
  await house.until(() => house.statuses()['6'] === 'completed', 'the last one is filed');
  assert.deepEqual(house.statuses(), {
    ...{ '1': 'processing', '2': 'pending', '3': 'pending', '4': 'pending', '5': 'completed', '6': 'completed' },
  });
  const codes = house.db.sql('SELECT error_code FROM tramite_queue WHERE id IN (2, 3, 4) ORDER BY id').all();
  assert.deepEqual(
    codes.map((row) => row.error_code),
    ['hilo_terminado', 'intranet_lenta', 'error_inesperado'],
  );
});

test('a thread that no longer keeps its deadlines is ended, and its trámite tried again', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  house.pool.tell('1', 'hang');
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 1, 'the robot hangs');
  await house.clock.advance(20 * 60_000);
  await house.idle();
  assert.deepEqual([house.row(id).status, house.row(id).error_code], ['pending', 'intento_caducado']);
  assert.equal(ejecucionesOf(house.db, id)[0]?.estado, 'RUN_TIMED_OUT');
});

test('one that hangs with its submission begun is ended too, and waits for a person', async (t) => {
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  house.pool.tell('1', 'hang_submitting');
  await house.dispatcher.pass();
  await house.until(() => ejecucionesOf(house.db, id)[0]?.fase === 'submitting', 'the submission has begun');
  await house.clock.advance(20 * 60_000);
  await house.idle();
  assert.deepEqual([house.row(id).status, house.row(id).error_code], ['needs_review', 'envio_dudoso']);
});
