import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BroadcastChannel } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { type Journal, openJournal } from '#workers/journal.ts';
import { hintChannel, type JournalHint } from '#workers/messages.ts';
import { ejecucionOf, openWorkplace, prepareTask, stepsOf, type Workplace } from './support/filing.ts';

const patience = { usual: 300, afterSubmitting: 1_500 };
const result = { numero: 'E1', fecha: '01/01/2026', recibo: { file: 'justificante.pdf', bytes: 1, sha256: '' } };
const never = new AbortController().signal;
const row = {
  number: 1,
  name: 'abrir sede',
  outcome: 'done',
  startedAt: '',
  endedAt: '',
  note: null,
  capture: null,
  errorCode: null,
} as const;

let place: Workplace;
let journal: Journal;
before(() => {
  place = openWorkplace();
  journal = openJournal(place.db.sqlite.name, { patience });
});
after(() => {
  journal.close();
  place.close();
});

const preparing = () => prepareTask(place, { startUrl: 'http://sede.example' });

const ready = async () => {
  const task = await preparing();
  assert.equal(await journal.ready(task), true);
  return task;
};

/** Holds the write lock of the file, as another program would. */
const hold = () => {
  const other = new Database(place.db.sqlite.name);
  other.exec('BEGIN IMMEDIATE');
  return () => {
    if (other.inTransaction) other.exec('ROLLBACK');
    other.close();
  };
};

test('the phase advances from preparing to submitted, each step once', async () => {
  const task = await ready();
  assert.equal(journal.hasBegun(task), false);
  assert.equal(await journal.beginSubmission(task, never), true);
  assert.equal(journal.hasBegun(task), true);
  assert.equal(await journal.submitted(task, result), true);
  assert.equal(ejecucionOf(place, task).fase, 'submitted');
  assert.deepEqual(JSON.parse(ejecucionOf(place, task).result ?? ''), result);
});

test('nobody is told twice that he may submit', async () => {
  const task = await ready();
  const second = openJournal(place.db.sqlite.name, { patience });
  const answers = await Promise.all([journal, second].map((one) => one.beginSubmission(task, never)));
  second.close();
  assert.deepEqual(answers.toSorted(), [false, true]);
  assert.equal(await journal.beginSubmission(task, never), false);
});

test('no phase is jumped over', async () => {
  const task = await preparing();
  assert.equal(await journal.beginSubmission(task, never), false);
  assert.equal(await journal.submitted(task, result), false);
  assert.equal(ejecucionOf(place, task).fase, 'preparing');
});

test('an ejecución that the main thread has closed does not submit', async () => {
  const task = await ready();
  await place.db.write(() =>
    place.db.sql("UPDATE ejecuciones SET fecha_fin = '2026-01-01T00:00:00.000Z' WHERE ejecucion_id = ?").run(task.ejecucionId),
  );
  assert.equal(await journal.beginSubmission(task, never), false);
});

test('a step given up while it waited for the file writes nothing any more', async () => {
  const task = await ready();
  const release = hold();
  const givenUp = new AbortController();
  const waiting = journal.beginSubmission(task, givenUp.signal);
  givenUp.abort();
  release();
  await assert.rejects(waiting, { name: 'AbortError' });
  assert.equal(ejecucionOf(place, task).fase, 'ready');
});

test('a file held by another program is waited for', async () => {
  const task = await ready();
  const release = hold();
  const waiting = journal.step(task, row);
  setImmediate(release);
  await waiting;
  assert.deepEqual(
    stepsOf(place, task).map(({ name }) => name),
    ['abrir sede'],
  );
});

test('a file held for too long is a passing failure', async () => {
  const task = await ready();
  const release = hold();
  await assert.rejects(journal.step(task, row), { code: 'base_ocupada', transient: true });
  release();
});

test('what the portal has registered is waited for longer', async () => {
  const task = await ready();
  await journal.beginSubmission(task, never);
  const release = hold();
  const timer = setTimeout(release, patience.usual * 2);
  assert.equal(await journal.submitted(task, result), true);
  clearTimeout(timer);
});

test('each commit is told to whoever listens', async () => {
  const task = await ready();
  const channel = new BroadcastChannel(hintChannel);
  const hints: JournalHint[] = [];
  const both = new Promise<void>((resolve) => {
    channel.onmessage = (event) => {
      hints.push((event as unknown as { data: JournalHint }).data);
      if (hints.length === 2) resolve();
    };
  });
  await journal.step(task, row);
  await journal.beginSubmission(task, never);
  await both;
  channel.close();
  const { tramiteId: tramite, ejecucionId: ejecucion } = task;
  assert.deepEqual(hints, [
    { tramite, ejecucion, step: 1 },
    { tramite, ejecucion, step: 0, fase: 'submitting' },
  ]);
});
