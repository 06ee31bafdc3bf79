import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { aprobar } from '#server/cola/aprobar.ts';
import { taskDigest } from '#server/ejecuciones/task-digest.ts';
import { WrongStateError } from '#server/lib/errors.ts';
import { openQueueHouse, type QueueHouse } from '#tests/support/queue-house.ts';

const ana = { usuario: 'ana' };

/** A trámite filled and not sent, as a person sees it in the modo «aprobar». */
const filled = async (t: TestContext): Promise<{ house: QueueHouse; id: number }> => {
  const house = openQueueHouse(t);
  house.db.sql(`UPDATE organismo_config SET modo = 'aprobar'`).run();
  const [id = 0] = await house.queue(['1']);
  await work(house);
  assert.equal(house.row(id).status, 'awaiting_confirmation');
  return { house, id };
};

const work = async (house: QueueHouse) => {
  await house.dispatcher.pass();
  await house.idle();
};

const submits = (house: QueueHouse) => house.pool.tasks.map((task) => task.submit);

const lastEvent = (house: QueueHouse, id: number) =>
  house.db.sql(`SELECT kind, data FROM events WHERE entity = 'tramite' AND entity_id = ? ORDER BY event_id DESC LIMIT 1`).get(String(id));

test('what was seen is what is sent: the same data and papers go to the register', async (t) => {
  const { house, id } = await filled(t);
  await aprobar(house.deps, id, {}, ana);
  const seen = house.db.sql('SELECT task_digest AS digest FROM ejecuciones').get()?.digest;
  assert.match(String(seen), /^[0-9a-f]{64}$/);
  assert.equal(house.row(id).approved_digest, seen);
  await work(house);
  assert.equal(house.row(id).status, 'completed');
  assert.deepEqual(submits(house), [false, true]);
});

const changes: Record<string, (house: QueueHouse, id: number) => void> = {
  'another program changes the data': (house, id) =>
    void house.db.sql(`UPDATE tramite_queue SET payload = json_set(payload, '$.plate_number', '0000BBB') WHERE id = ?`).run(id),
  'a paper has other bytes': (house) => {
    house.doors.download = async ({ resourceId }, folder) => {
      const path = join(folder, `recurso-${resourceId}.pdf`);
      await writeFile(path, '%PDF-1.5');
      return [{ path, name: `recurso-${resourceId}.pdf`, bytes: 8, sha256: 'y' }];
    };
  },
  'a paper more is attached': (house) => {
    const one = house.doors.download;
    house.doors.download = async (paper, folder, signal) => {
      const [first] = await one(paper, folder, signal);
      return first ? [first, { ...first, name: 'otro.pdf' }] : [];
    };
  },
};

for (const [what, change] of Object.entries(changes))
  test(`nothing is sent when ${what} after the approval: it is filled again and waits for another one`, async (t) => {
    const { house, id } = await filled(t);
    await aprobar(house.deps, id, {}, ana);
    change(house, id);
    await work(house);
    const row = house.row(id);
    assert.deepEqual(submits(house), [false, false]);
    assert.deepEqual([row.status, row.approved_at, row.approved_by, row.approved_digest], ['awaiting_confirmation', null, null, null]);
    assert.deepEqual({ ...lastEvent(house, id) }, { kind: 'awaiting_confirmation', data: '{"attempt":2,"changed":true}' });

    await aprobar(house.deps, id, {}, ana);
    await work(house);
    assert.equal(house.row(id).status, 'completed');
    assert.deepEqual(submits(house), [false, false, true]);
  });

test('nor when the organismo has been put to send meanwhile', async (t) => {
  const { house, id } = await filled(t);
  await aprobar(house.deps, id, {}, ana);
  house.db.sql(`UPDATE organismo_config SET modo = 'enviar'`).run();
  changes['another program changes the data']?.(house, id);
  await work(house);
  assert.deepEqual(submits(house), [false, false]);
  assert.equal(house.row(id).status, 'awaiting_confirmation');
});

test('an approval given by SQL, which says nothing of what was seen, is for whatever comes', async (t) => {
  const { house, id } = await filled(t);
  house.db.sql(`UPDATE tramite_queue SET status = 'pending', approved_at = '2026-03-02T09:00:00.000Z' WHERE id = ?`).run(id);
  changes['another program changes the data']?.(house, id);
  await work(house);
  assert.equal(house.row(id).status, 'completed');
});

test('the approval outlives an attempt that failed for a moment', async (t) => {
  const { house, id } = await filled(t);
  await aprobar(house.deps, id, {}, ana);
  house.pool.tell('1', { kind: 'failed', code: 'portal_lento', message: 'Lento.', transient: true, doubtful: false }, 'finish');
  await work(house);
  assert.equal(house.row(id).status, 'pending');
  await house.clock.advance(24 * 3600 * 1000);
  await work(house);
  assert.equal(house.row(id).status, 'completed');
});

test('who looks at an old screen does not approve a newer one', async (t) => {
  const { house, id } = await filled(t);
  await aprobar(house.deps, id, { intento: '1' }, ana);
  changes['another program changes the data']?.(house, id);
  await work(house);
  await assert.rejects(
    aprobar(house.deps, id, { intento: '1' }, ana),
    (error) => error instanceof WrongStateError && /más nueva/.test(error.message),
  );
  await aprobar(house.deps, id, { intento: '2' }, ana);
  assert.equal(house.row(id).status, 'pending');
});

test('the fingerprint hangs on values and papers, and not on how the payload happens to be written', () => {
  const files = [{ path: '/a', name: 'a.pdf', bytes: 1, sha256: 'x' }];
  const one = taskDigest({ fields: { b: [1, { d: 2, c: 3 }], a: 'x' }, files });
  assert.equal(
    taskDigest({ fields: { a: 'x', b: [1, { c: 3, d: 2 }] }, files: [{ ...(files[0] as (typeof files)[0]), path: '/b' }] }),
    one,
  );
  assert.notEqual(taskDigest({ fields: { a: 'x', b: [{ c: 3, d: 2 }, 1] }, files }), one);
  assert.notEqual(taskDigest({ fields: { b: [1, { d: 2, c: 3 }], a: 'x' }, files: [] }), one);
});

test('what a robot of A360 files is never worked here: it is put before a person, and stays in the queue once approved', async (t) => {
  const house = openQueueHouse(t);
  Object.assign(house.deps, { a360: {} });
  house.db.sqlite.exec("INSERT INTO robots (robot_id, robot, kind, es_online) VALUES ('4720', 'P10_Registro', 'a360', 1)");
  house.db.sqlite.exec("UPDATE organismo_config SET modo = 'aprobar', robot = '4720'");
  const [id = 0] = await house.queue(['1']);
  await work(house);
  assert.deepEqual(
    [house.row(id).status, house.row(id).attempts, house.events(id)],
    ['awaiting_confirmation', 0, ['enqueued', 'approval_asked']],
  );
  await aprobar(house.deps, id, {}, ana);
  await work(house);
  assert.deepEqual([house.row(id).status, submits(house)], ['pending', []]);
});

test('an approval given to a robot of A360 does not let a robot of this machine send without asking', async (t) => {
  const house = openQueueHouse(t);
  house.db.sqlite.exec("UPDATE organismo_config SET modo = 'aprobar'");
  const [id = 0] = await house.queue(['1']);
  const given = JSON.stringify(['a360', '4720', '1', '2026/1-MUL', null]);
  house.db.sql("UPDATE tramite_queue SET approved_at = 'x', approved_digest = ? WHERE id = ?").run(given, id);
  await work(house);
  assert.deepEqual([house.row(id).status, submits(house)], ['awaiting_confirmation', [false]]);
});
