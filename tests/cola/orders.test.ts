import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aprobar } from '#server/cola/aprobar.ts';
import { cancelar } from '#server/cola/cancelar.ts';
import { rechazar } from '#server/cola/rechazar.ts';
import { reintentar } from '#server/cola/reintentar.ts';
import { resolver } from '#server/cola/resolver.ts';
import { statuses } from '#server/cola/transitions.ts';
import { InvalidInputError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { openQueueHouse, type QueueHouse } from '#tests/support/queue-house.ts';

const ana = { usuario: 'ana', host: '127.0.0.1' };

/** One trámite in that status. */
const inStatus = async (house: QueueHouse, status: string): Promise<number> => {
  const [id = 0] = await house.queue(['1']);
  house.db
    .sql('UPDATE tramite_queue SET status = ?, transient_failures = 3, error_code = ?, error_log = ? WHERE id = ?')
    .run(status, 'x', 'X.', id);
  house.woken.length = 0;
  return id;
};

const claim = (house: QueueHouse, state: string | null) =>
  state === null ? house.db.sql('DELETE FROM reclamaciones').run() : house.db.sql('UPDATE reclamaciones SET state = ?').run(state);

const lastAudit = (house: QueueHouse) =>
  house.db.sql('SELECT usuario, accion, entidad, entidad_id, antes, despues, motivo, host FROM auditoria').get();

test('approving puts the trámite back to be sent, says who did it, and wakes the robots', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'awaiting_confirmation');
  await aprobar(house.deps, id, {}, ana);
  const row = house.row(id);
  assert.deepEqual([row.status, row.approved_by, row.approved_at], ['pending', 'ana', '2026-03-02T09:00:00.000Z']);
  assert.deepEqual(house.events(id), ['enqueued', 'approved']);
  assert.deepEqual(house.woken, ['despachar']);
  assert.ok(house.changed.includes(id));
  assert.deepEqual(
    { ...lastAudit(house) },
    {
      ...{ usuario: 'ana', accion: 'aprobar', entidad: 'tramite', entidad_id: String(id), motivo: null, host: '127.0.0.1' },
      antes: '{"status":"awaiting_confirmation"}',
      despues: '{"status":"pending"}',
    },
  );
});

for (const modo of ['simular', 'rellenar'])
  test(`approving is refused while the organismo's modo is ${modo}, which never sends`, async (t) => {
    const house = openQueueHouse(t);
    const id = await inStatus(house, 'awaiting_confirmation');
    house.db.sql('UPDATE organismo_config SET modo = ?').run(modo);
    await assert.rejects(aprobar(house.deps, id, {}, ana), (error) => error instanceof WrongStateError && error.message.includes(modo));
    assert.equal(house.row(id).status, 'awaiting_confirmation');
    assert.deepEqual(house.events(id), ['enqueued']);
  });

test('rejecting needs a reason, which is kept', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'awaiting_confirmation');
  await assert.rejects(
    rechazar(house.deps, id, { motivo: '  ' }, ana),
    (error) => error instanceof InvalidInputError && error.fields.motivo === 'Diga por qué se rechaza.',
  );
  await rechazar(house.deps, id, { motivo: ' Falta la firma ' }, ana);
  assert.equal(house.row(id).status, 'cancelled');
  assert.equal(lastAudit(house)?.motivo, 'Falta la firma');
  assert.deepEqual(house.woken, []);
});

test('cancelling takes a pending trámite out and touches neither its claim nor the source', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'pending');
  claim(house, 'claimed');
  await cancelar(house.deps, id, {}, ana);
  assert.equal(house.row(id).status, 'cancelled');
  assert.equal(house.db.sql('SELECT state FROM reclamaciones').get()?.state, 'claimed');
});

test('a cancelling is on the disk before it is answered', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'pending');
  const write = t.mock.method(house.db, 'write');
  await cancelar(house.deps, id, {}, ana);
  assert.deepEqual(write.mock.calls[0]?.arguments[1], { durable: true });
});

test('retrying a failed trámite begins anew: no error, no failures counted, no approval', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'failed');
  house.db.sql(`UPDATE tramite_queue SET approved_at = 'x', approved_by = 'x', not_before = 'x'`).run();
  await reintentar(house.deps, id, {}, ana);
  const { status, transient_failures, error_code, error_log, approved_at, not_before } = house.row(id);
  assert.deepEqual([status, transient_failures, error_code, error_log, approved_at, not_before], ['pending', 0, null, null, null, null]);
  assert.deepEqual(house.woken, ['despachar']);
});

test('a cancelled trámite is retried only while its recurso is still ours', async (t) => {
  for (const [state, allowed] of [
    ['claimed', true],
    ['released', false],
    ['foreign', false],
    [null, false],
  ] as const) {
    const house = openQueueHouse(t);
    const id = await inStatus(house, 'cancelled');
    claim(house, state);
    const retry = reintentar(house.deps, id, {}, ana);
    if (allowed) await retry;
    else await assert.rejects(retry, (error) => error instanceof WrongStateError && error.code === 'ya_no_es_nuestro');
    assert.equal(house.row(id).status, allowed ? 'pending' : 'cancelled');
  }
});

test('resolving as filed completes with the number and date found in the register, and closes the aviso', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'needs_review');
  house.db
    .sql(`INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo) VALUES (?, 'ALTO', 'ROBOT', 'PERMANENTE', 'x')`)
    .run(`revision:${id}`);
  await resolver(house.deps, id, { resultado: 'presentado', numero: ' E-77 ', fecha: '02/03/2026' }, ana);
  const row = house.row(id);
  assert.deepEqual([row.status, row.result, row.error_code], ['completed', '{"numero":"E-77","fecha":"02/03/2026"}', null]);
  assert.equal(row.processed_at, '2026-03-02T09:00:00.000Z');
  assert.equal(house.db.sql('SELECT estado FROM avisos').get()?.estado, 'resuelto');
  assert.deepEqual(house.woken, []);
});

test('resolving as not filed puts the trámite back to be filed', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'needs_review');
  await resolver(house.deps, id, { resultado: 'no_presentado' }, ana);
  assert.deepEqual([house.row(id).status, house.row(id).transient_failures], ['pending', 0]);
  assert.deepEqual(house.woken, ['despachar']);
});

test('resolving says at each field what is missing or wrong', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'needs_review');
  const fields = async (input: Record<string, string>) => {
    const thrown = await resolver(house.deps, id, input, ana).catch((error) => error);
    assert.ok(thrown instanceof InvalidInputError);
    return Object.keys(thrown.fields).toSorted();
  };
  assert.deepEqual(await fields({}), ['resultado']);
  assert.deepEqual(await fields({ resultado: 'quizá' }), ['resultado']);
  assert.deepEqual(await fields({ resultado: 'presentado' }), ['fecha', 'numero']);
  assert.deepEqual(await fields({ resultado: 'presentado', numero: 'E-1', fecha: '31/02/2026' }), ['fecha']);
  assert.deepEqual(await fields({ resultado: 'presentado', numero: 'x'.repeat(101), fecha: '2026-03-02' }), ['numero']);
  assert.equal(house.row(id).status, 'needs_review');
});

test('a date is taken as people and receipts write it', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'needs_review');
  for (const fecha of [
    '2026-03-02',
    '2026-03-02T09:15',
    '2026-03-02 09:15:30',
    '2026-03-02T08:15:30.000Z',
    '2/3/2026',
    '02-03-2026 09:15',
  ]) {
    house.db.sql(`UPDATE tramite_queue SET status = 'needs_review'`).run();
    await resolver(house.deps, id, { resultado: 'presentado', numero: 'E-1', fecha }, ana);
    assert.equal(JSON.parse(String(house.row(id).result)).fecha, fecha);
  }
});

test('an order for a trámite that does not exist is not found', async (t) => {
  const house = openQueueHouse(t);
  await assert.rejects(cancelar(house.deps, 404, {}, ana), NotFoundError);
});

for (const [name, order, allowed] of [
  ['aprobar', aprobar, ['awaiting_confirmation']],
  ['rechazar', rechazar, ['awaiting_confirmation']],
  ['cancelar', cancelar, ['pending', 'awaiting_confirmation']],
  ['reintentar', reintentar, ['failed', 'cancelled']],
  ['resolver', resolver, ['needs_review']],
] as const)
  test(`${name} is refused in every state but ${allowed.join(' and ')}, and then nothing changes`, async (t) => {
    const house = openQueueHouse(t);
    const id = await inStatus(house, 'pending');
    claim(house, 'claimed');
    for (const status of statuses) {
      house.db.sql('UPDATE tramite_queue SET status = ?').run(status);
      const ordered = order(house.deps, id, { motivo: 'x', resultado: 'no_presentado' }, ana);
      if ((allowed as readonly string[]).includes(status)) await ordered;
      else {
        await assert.rejects(ordered, WrongStateError);
        assert.equal(house.row(id).status, status);
      }
    }
    assert.equal(house.events(id).length, 1 + allowed.length);
  });

test('a register date in the future is refused at its field: a slip would close the trámite for good', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'needs_review');
  const input = { resultado: 'presentado', numero: 'E-1', fecha: '2999-01-01' };
  await assert.rejects(resolver(house.deps, id, input, ana), { fields: { fecha: 'La fecha de registro no puede ser futura.' } });
  assert.equal(house.row(id).status, 'needs_review');
  await resolver(house.deps, id, { ...input, fecha: '02/03/2026 23:59' }, ana);
  assert.equal(house.row(id).status, 'completed');
});

test('a wrong state is told before anything is said of the form', async (t) => {
  const house = openQueueHouse(t);
  const id = await inStatus(house, 'completed');
  await assert.rejects(rechazar(house.deps, id, {}, ana), WrongStateError);
  await assert.rejects(resolver(house.deps, id, {}, ana), WrongStateError);
  await assert.rejects(resolver(house.deps, 999, {}, ana), NotFoundError);
});
