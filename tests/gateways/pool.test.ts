import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import type { PoolTask, RobotPool } from '#server/gateways/pool/pool.ts';
import { type Orders, pressesFile } from '#tests/support/obedient-robot.ts';
import { ejecucionOf, findBrowser, openPool, openWorkplace, prepareTask, stepsOf, type Workplace } from '#tests/workers/support/filing.ts';
import type { GuardAnswer, TramiteOutcome } from '#workers/messages.ts';

let place: Workplace;
let pool: RobotPool;
before(async () => {
  place = openWorkplace();
  pool = openPool(place, await findBrowser(), { entry: resolve(import.meta.dirname, '../support/run-obedient.ts') });
});
after(async () => {
  await pool.close(0);
  place.close();
});

const told = (orders: Orders, more: Partial<PoolTask> = {}) =>
  prepareTask(place, { startUrl: 'http://sede.example', fields: orders, ...more });

const run = (task: PoolTask, answer: GuardAnswer['answer'] = 'ours', signal?: AbortSignal): Promise<TramiteOutcome> =>
  pool.run(task, { stillOurs: async () => answer, ...(signal ? { signal } : {}) });

const failure = async (task: PoolTask, answer?: GuardAnswer['answer']) => {
  const outcome = await run(task, answer);
  assert.equal(outcome.kind, 'failed', JSON.stringify(outcome));
  return outcome as Extract<TramiteOutcome, { kind: 'failed' }>;
};

const presses = (task: PoolTask): number => {
  const file = join(task.evidenceFolder, pressesFile);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
};

test('a robot that finishes leaves its steps, its captures, its receipt and its number', async () => {
  const task = await told({});
  const outcome = await run(task);
  assert.ok(outcome.kind === 'submitted', JSON.stringify(outcome));
  assert.equal(outcome.result.numero, 'R-1');
  assert.deepEqual(
    stepsOf(place, task).map(({ number, name, outcome: how, capture }) => [number, name, how, capture]),
    [
      [1, 'primero', 'done', '01-primero.jpg'],
      [2, 'segundo', 'done', '02-segundo.jpg'],
      [3, 'enviar', 'done', '03-enviar.jpg'],
      [4, 'justificante', 'done', '04-justificante.jpg'],
    ],
  );
  assert.deepEqual(readdirSync(task.evidenceFolder).toSorted(), [
    '01-primero.jpg',
    '02-segundo.jpg',
    '03-enviar.jpg',
    '04-justificante.jpg',
    'justificante.pdf',
    pressesFile,
  ]);
  assert.deepEqual(JSON.parse(ejecucionOf(place, task).result ?? ''), outcome.result);
  assert.equal(ejecucionOf(place, task).fase, 'submitted');
  assert.equal(presses(task), 1);
});

test('a task that must not submit stops with everything filled in', async () => {
  const task = await told({}, { submit: false });
  assert.deepEqual(await run(task), { kind: 'awaiting' });
  assert.equal(ejecucionOf(place, task).fase, 'ready');
  assert.equal(presses(task), 0);
});

test('a failure the robot decided about keeps its word and whether to try again', async () => {
  const final = await failure(await told({ first: 'fail_for_good' }));
  assert.deepEqual([final.code, final.transient, final.doubtful], ['formulario_rechazado', false, false]);
  const passing = await failure(await told({ second: 'fail_for_now' }));
  assert.deepEqual([passing.code, passing.transient, passing.doubtful], ['portal_lento', true, false]);
});

test('a failure nobody decided about is told and not repeated', async () => {
  const task = await told({ first: 'throw' });
  const { code, transient } = await failure(task);
  assert.deepEqual([code, transient], ['error_del_robot', false]);
  const [step] = stepsOf(place, task);
  assert.deepEqual([step?.outcome, step?.error_code, step?.capture], ['failed', 'error_del_robot', '01-primero-fallo.jpg']);
});

test('a step that hangs ends at its deadline, and the next trámite works', async () => {
  const { code, transient, message } = await failure(await told({ second: 'hang' }));
  assert.deepEqual([code, transient], ['portal_lento', true]);
  assert.match(message, /segundo/);
  assert.equal((await run(await told({}))).kind, 'submitted');
});

test('a browser that dies costs its attempt a retry, and nothing more', async () => {
  const { code, transient, doubtful } = await failure(await told({ first: 'kill_browser' }));
  assert.deepEqual([code, transient, doubtful], ['navegador_caido', true, false]);
  assert.equal((await run(await told({}))).kind, 'submitted');
});

test('a thread that dies is told, and another takes its place', async () => {
  const task = await told({ first: 'die' });
  await assert.rejects(run(task), { code: 'hilo_terminado', transient: true });
  assert.equal(ejecucionOf(place, task).fase, 'ready');
  assert.equal((await run(await told({}))).kind, 'submitted');
});

test('a thread that does not answer is ended from outside, and another takes its place', async () => {
  const task = await told({ first: 'block' });
  const ended = new AbortController();
  const stop = pool.onHint(({ fase }) => {
    if (fase === 'ready') ended.abort();
  });
  await assert.rejects(run(task, 'ours', ended.signal), { code: 'hilo_terminado' });
  stop();
  assert.equal((await run(await told({}))).kind, 'submitted');
});

test('a recurso that is no longer ours is not submitted', async () => {
  const task = await told({});
  const { code, doubtful, transient } = await failure(task, 'foreign');
  assert.deepEqual([code, doubtful, transient], ['reclamacion_perdida', false, false]);
  assert.equal(ejecucionOf(place, task).fase, 'ready');
  assert.equal(presses(task), 0);
});

test('a source that cannot be asked does not stop the submission, and the step says so', async () => {
  const task = await told({});
  assert.equal((await run(task, 'unreachable')).kind, 'submitted');
  assert.match(stepsOf(place, task)[2]?.note ?? '', /Origen no comprobado/);
});

test('a question to the source that fails counts as a source that cannot be asked', async () => {
  const task = await told({});
  const outcome = await pool.run(task, { stillOurs: () => Promise.reject(new Error('sin red')) });
  assert.equal(outcome.kind, 'submitted');
  assert.match(stepsOf(place, task)[2]?.note ?? '', /Origen no comprobado/);
});

test('a button that cannot be pressed is a failure before the submission', async () => {
  const task = await told({ ready: 'hang' });
  const { doubtful, transient } = await failure(task);
  assert.deepEqual([doubtful, transient], [false, true]);
  assert.equal(ejecucionOf(place, task).fase, 'ready');
  assert.equal(presses(task), 0);
});

test('whatever happens from the press on is doubtful and never repeats by itself', async () => {
  for (const order of ['fail_for_now', 'hang', 'kill_browser'] as const) {
    const task = await told({ send: order });
    const { doubtful, transient } = await failure(task);
    assert.deepEqual([order, doubtful, transient], [order, true, false]);
    assert.equal(ejecucionOf(place, task).fase, 'submitting');
    assert.equal(presses(task), 1);
  }
});

test('a thread that dies after the press leaves the submission begun on the disk', async () => {
  const task = await told({ send: 'die' });
  await assert.rejects(run(task), { code: 'hilo_terminado' });
  assert.equal(ejecucionOf(place, task).fase, 'submitting');
  assert.equal(presses(task), 1);
});

test('a receipt that proves nothing leaves the filing in doubt', async () => {
  const codes = {
    not_a_pdf: 'justificante_no_valido',
    other_expediente: 'justificante_de_otro',
    no_number: 'justificante_sin_registro',
    hang: 'portal_lento',
  } as const;
  for (const [order, expected] of Object.entries(codes)) {
    const task = await told({ receipt: order as keyof typeof codes });
    const { code, doubtful, transient } = await failure(task);
    assert.deepEqual([code, doubtful, transient], [expected, true, false]);
    assert.equal(ejecucionOf(place, task).result, null);
  }
});

test('an ejecución whose submission has begun is not walked again', async () => {
  const task = await told({});
  await run(task);
  const { code, doubtful } = await failure(task);
  assert.deepEqual([code, doubtful], ['ejecucion_cerrada', true]);
  assert.equal(presses(task), 1);
});

test('an ejecución that somebody has closed does not press, and a person looks', async () => {
  const task = await told({});
  const closing = async (): Promise<GuardAnswer['answer']> => {
    await place.db.write(() =>
      place.db.sql("UPDATE ejecuciones SET fecha_fin = '2026-01-01T00:00:00.000Z' WHERE ejecucion_id = ?").run(task.ejecucionId),
    );
    return 'ours';
  };
  const outcome = await pool.run(task, { stillOurs: closing });
  assert.ok(outcome.kind === 'failed' && outcome.code === 'guardia_repetida' && outcome.doubtful, JSON.stringify(outcome));
  assert.equal(presses(task), 0);
});

test('asked to stop, a robot goes no further than its present step', async () => {
  const task = await told({});
  const stop = pool.onHint(({ step }) => {
    if (step === 1) pool.askToStop();
  });
  assert.deepEqual(await run(task), { kind: 'stopped' });
  stop();
  assert.equal(presses(task), 0);
});

test('asked to stop at the guard, a robot does not press', async () => {
  const task = await told({});
  assert.deepEqual(await run(task, 'stop'), { kind: 'stopped' });
  assert.equal(presses(task), 0);
  assert.equal(ejecucionOf(place, task).fase, 'ready');
});

test('a browser that wanders off reaches nothing, and the step says what it tried', async () => {
  const task = await told({ first: 'wander' });
  await run(task);
  assert.match(stepsOf(place, task)[0]?.note ?? '', /no tiene declarado.*Bloqueado.*http:\/\/otro\.example/s);
});
