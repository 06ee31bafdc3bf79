import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openNext } from '#server/ejecuciones/open.ts';
import { recoverOrphans } from '#server/ejecuciones/recover.ts';
import { ejecucionesOf, openQueueHouse, type QueueHouse } from '#tests/support/queue-house.ts';

/** The state a SIGKILL leaves: an attempt open, its thread gone. Answers the folder of its evidence. */
const killedAt = async (house: QueueHouse, fase: string): Promise<{ id: number; folder: string }> => {
  const [id = 0] = await house.queue(['1']);
  const servable = new Map([['prueba', { robotId: 'prueba', form: { steps: ['abrir', 'enviar'] } }]]);
  const opened = await house.db.write(() => openNext(house.db, house.clock.now(), 'local-1', servable));
  house.db.sql('UPDATE ejecuciones SET fase = ? WHERE ejecucion_id = ?').run(fase, opened?.ejecucionId);
  return { id, folder: await house.deps.evidence.open(id, 1) };
};

const receipt = { file: 'justificante.pdf', bytes: 12, sha256: 'd4ac4e8d1e7a8a0cbfa7aa8dcc83a6a1eb3f1e0a2c3cbb3c5ad0f7d5aa0f0000' };
const writeResult = (house: QueueHouse, recibo: object) =>
  house.db.sql('UPDATE ejecuciones SET result = ?').run(JSON.stringify({ numero: 'E-9', fecha: '02/03/2026', recibo }));

const pdf = Buffer.from('%PDF-1.4 x\n\n');
const intact = async () => {
  const { createHash } = await import('node:crypto');
  return { ...receipt, bytes: pdf.length, sha256: createHash('sha256').update(pdf).digest('hex') };
};

for (const fase of ['preparing', 'ready'])
  test(`an attempt killed while ${fase} goes back to pending at once, and not as a failure`, async (t) => {
    const house = openQueueHouse(t);
    const { id } = await killedAt(house, fase);
    assert.deepEqual(await recoverOrphans(house.deps), { returned: 1, completed: 0, review: 0, left: 0 });
    const row = house.row(id);
    assert.deepEqual([row.status, row.attempts, row.transient_failures, row.not_before], ['pending', 1, 0, null]);
    assert.deepEqual(
      ejecucionesOf(house.db, id).map((one) => one.estado),
      ['RUN_ABORTED'],
    );
    assert.deepEqual(house.events(id), ['enqueued', 'started', 'returned']);
  });

test('killed again and again before its submission, a trámite never fails of it', async (t) => {
  const house = openQueueHouse(t, { env: { REINTENTOS_MAX: '1' } });
  const { id } = await killedAt(house, 'ready');
  for (let death = 1; death <= 5; death++) {
    await recoverOrphans(house.deps);
    assert.equal(house.row(id).status, 'pending');
    const servable = new Map([['prueba', { robotId: 'prueba', form: { steps: [] } }]]);
    await house.db.write(() => openNext(house.db, house.clock.now(), 'local-1', servable));
  }
  assert.equal(house.row(id).attempts, 6);
});

test('an attempt killed while submitting waits for a person', async (t) => {
  const house = openQueueHouse(t);
  const { id } = await killedAt(house, 'submitting');
  assert.deepEqual(await recoverOrphans(house.deps), { returned: 0, completed: 0, review: 1, left: 0 });
  assert.deepEqual([house.row(id).status, house.row(id).error_code], ['needs_review', 'envio_dudoso']);
});

test('an attempt killed after its receipt was stored completes with what the thread wrote down', async (t) => {
  const house = openQueueHouse(t);
  const { id, folder } = await killedAt(house, 'submitted');
  await writeFile(join(folder, receipt.file), pdf);
  writeResult(house, await intact());
  assert.deepEqual(await recoverOrphans(house.deps), { returned: 0, completed: 1, review: 0, left: 0 });
  assert.deepEqual([house.row(id).status, JSON.parse(String(house.row(id).result)).numero], ['completed', 'E-9']);
});

for (const [what, bytes, change] of [
  ['missing', null, {}],
  ['cut short', pdf.subarray(0, 8), {}],
  ['of another hash', pdf, { sha256: 'f'.repeat(64) }],
  ['not a PDF', Buffer.from('<html>no</ht'), {}],
  ['outside of its folder', pdf, { file: '../../fuera.pdf' }],
] as const)
  test(`a receipt that is ${what} proves nothing: a person must look`, async (t) => {
    const house = openQueueHouse(t);
    const { id, folder } = await killedAt(house, 'submitted');
    if (bytes) await writeFile(join(folder, receipt.file), bytes);
    writeResult(house, { ...(await intact()), ...change });
    await recoverOrphans(house.deps);
    assert.deepEqual([house.row(id).status, house.row(id).error_code], ['needs_review', 'justificante_no_verificado']);
  });

test('a result that cannot be read proves nothing either', async (t) => {
  const house = openQueueHouse(t);
  const { id } = await killedAt(house, 'submitted');
  house.db.sql(`UPDATE ejecuciones SET result = '{"numero":'`).run();
  await recoverOrphans(house.deps);
  assert.equal(house.row(id).status, 'needs_review');
});

test('a row another program wrote as processing goes back to pending', async (t) => {
  const house = openQueueHouse(t);
  house.db.sql(`INSERT INTO tramite_queue (site_id, resource_id, payload, status) VALUES ('prueba', '7', '{}', 'processing')`).run();
  assert.deepEqual(await recoverOrphans(house.deps), { returned: 1, completed: 0, review: 0, left: 0 });
  assert.deepEqual(house.statuses(), { '7': 'pending' });
});

test('one put back to processing after a doubtful attempt still waits for a person', async (t) => {
  const house = openQueueHouse(t);
  const { id } = await killedAt(house, 'submitting');
  await recoverOrphans(house.deps);
  house.db.sql(`UPDATE tramite_queue SET status = 'processing' WHERE id = ?`).run(id);
  await recoverOrphans(house.deps);
  assert.equal(house.row(id).status, 'needs_review');
});

test('an orphan that cannot be put in its place keeps only its own slot, and a later pass puts it there', async (t) => {
  const house = openQueueHouse(t);
  await killedAt(house, 'ready');
  const { write } = house.db;
  const full: typeof write = () => Promise.reject(new Error('database or disk is full'));
  const failing = { ...house.deps, db: { ...house.db, sql: house.db.sql.bind(house.db), write: full } as typeof house.db };
  assert.deepEqual(await recoverOrphans(failing), { returned: 0, completed: 0, review: 0, left: 1 });
  await house.queue(['2', '3', '4']);
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual(house.statuses(), { '1': 'completed', '2': 'completed', '3': 'completed', '4': 'completed' });
});

test('while an orphan cannot be put in its place, its slot waits and the others work', async (t) => {
  const house = openQueueHouse(t);
  await killedAt(house, 'ready');
  house.db.sqlite.exec(
    `CREATE TRIGGER stuck BEFORE UPDATE OF fecha_fin ON ejecuciones WHEN OLD.tramite_id = 1 BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`,
  );
  await house.queue(['2', '3']);
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual(house.statuses(), { '1': 'processing', '2': 'completed', '3': 'completed' });
  house.db.sqlite.exec('DROP TRIGGER stuck');
  await house.clock.advance(1_000);
  await house.until(() => house.statuses()['1'] === 'completed', 'the alarm rings and the orphan is filed');
});

test('a start with nothing half done changes nothing', async (t) => {
  const house = openQueueHouse(t);
  await house.queue(['1']);
  assert.deepEqual(await recoverOrphans(house.deps), { returned: 0, completed: 0, review: 0, left: 0 });
  assert.deepEqual(house.statuses(), { '1': 'pending' });
});
