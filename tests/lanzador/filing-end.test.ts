import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { recoverOrphans } from '#server/ejecuciones/recover.ts';
import { activity, openFilingHouse, register } from './filing-house.ts';
import { failing, failure } from './launch-house.ts';

describe('when A360 tells the end', () => {
  const ended = async (status: string, output: object = {}) => {
    const house = openFilingHouse('enviar', ['x']);
    const [a = 0] = await house.queue('1');
    await house.launch();
    await house.tell('d-1', status, output);
    return { house, a };
  };

  test('a register number with its date completes the trámite', async () => {
    const { house, a } = await ended('RUN_COMPLETED', register());
    assert.deepEqual([house.tramite(a), house.result(a)], [['completed', 1, null], { numero: 'E-2026-1', fecha: '02/03/2026 10:00:00' }]);
    assert.deepEqual(house.events(a), ['enqueued', 'started', 'completed']);
  });

  for (const [what, status, output, code] of [
    ['no number', 'RUN_COMPLETED', register(' '), 'a360_sin_registro'],
    ['a date that is none', 'RUN_COMPLETED', register('E-1', 'ayer'), 'a360_sin_registro'],
    ['nothing at all', 'RUN_COMPLETED', {}, 'a360_sin_registro'],
    ['a failure, whatever number it brings', 'RUN_FAILED', register(), 'a360_fallo'],
    ['an interruption', 'RUN_ABORTED', {}, 'a360_fallo'],
    ['no more time', 'RUN_TIMED_OUT', {}, 'a360_fallo'],
    ['that it accepted it and did not run it', 'DEPLOY_FAILED', {}, 'a360_fallo'],
  ] as const)
    test(`${what} sends it to a person, and it is never launched again by itself`, async () => {
      const { house, a } = await ended(status, output);
      assert.deepEqual(house.tramite(a), ['needs_review', 1, code]);
      assert.match(String(house.db.sql('SELECT error_log FROM tramite_queue').get()?.error_log), /2026\/1-MUL.*VM-x/);
      await house.launch();
      assert.equal(house.calls.length, 1);
      assert.deepEqual(house.avisos(), [`ALTO ROBOT PERMANENTE revision:${a}`]);
    });

  test('UNKNOWN leaves it at work', async () => {
    const { house, a } = await ended('UNKNOWN');
    assert.deepEqual(house.tramite(a), ['processing', 1, null]);
    assert.deepEqual(await recoverOrphans(house.deps), { returned: 0, completed: 0, review: 0, left: 0 });
    assert.deepEqual(house.tramite(a), ['processing', 1, null]);
  });

  test('the list alone completes it too, with what the bot gave back', async () => {
    const house = openFilingHouse('enviar', ['x']);
    const [a = 0] = await house.queue('1');
    await house.launch();
    house.list = [activity('d-1', { status: 'COMPLETED', output: register('E-7') })];
    await house.reconcile();
    assert.deepEqual([house.tramite(a)[0], house.result(a).numero], ['completed', 'E-7']);
  });

  test('a late callback with the number completes one that waits to be reviewed because of that run', async () => {
    const { house, a } = await ended('RUN_COMPLETED');
    const before = house.rows('estado, fecha_fin, origen, callback_info');
    await house.tell('d-1', 'RUN_COMPLETED', register('E-8'));
    assert.deepEqual([house.tramite(a), house.result(a).numero], [['completed', 1, null], 'E-8']);
    assert.deepEqual([house.rows('estado, fecha_fin, origen, callback_info'), house.avisos()], [before, []]);
  });

  test('a late truth about one that was taken for ended does so too', async () => {
    const { house, a } = await ended('UNKNOWN');
    for (let nth = 0; nth < 5; nth++) await house.reconcile();
    assert.deepEqual(house.rows('estado'), [{ estado: 'COMPLETED_INFERRED' }]);
    assert.deepEqual(house.tramite(a), ['needs_review', 1, 'a360_sin_constancia']);
    await house.tell('d-1', 'RUN_COMPLETED', register('E-9'));
    assert.deepEqual([house.tramite(a)[0], house.rows('estado')], ['completed', [{ estado: 'RUN_COMPLETED' }]]);
  });

  test('what a person has decided stands, and that A360 says otherwise is told', async () => {
    const { house, a } = await ended('RUN_FAILED');
    house.set(a, "status = 'pending'");
    await house.tell('d-1', 'RUN_COMPLETED', register('E-8'));
    assert.deepEqual([house.tramite(a)[0], house.avisos().at(0)], ['pending', `CRITICO ROBOT PERMANENTE registro_tardio:${a}`]);
  });

  test('another attempt’s trámite is never touched', async () => {
    const { house, a } = await ended('RUN_COMPLETED');
    house.set(a, "status = 'pending', error_code = NULL");
    await house.launch();
    await house.tell('d-2', 'RUN_FAILED');
    await house.tell('d-1', 'RUN_COMPLETED', register('E-8'));
    assert.deepEqual(house.tramite(a), ['needs_review', 2, 'a360_fallo']);
  });

  test('the same end told twice ends it once', async () => {
    const { house, a } = await ended('RUN_COMPLETED', register());
    await house.tell('d-1', 'RUN_COMPLETED', register());
    assert.deepEqual([house.events(a), house.avisos()], [['enqueued', 'started', 'completed'], []]);
  });
});

describe('what A360 refuses', () => {
  test('goes back to the queue, at its hour where it may pass', async () => {
    const house = openFilingHouse('enviar', ['x']);
    const [a = 0] = await house.queue('1');
    house.deploy = failing(failure('ritmo'), 1);
    await house.launch();
    assert.deepEqual(house.tramite(a), ['pending', 1, 'a360_ritmo']);
    assert.ok(String(house.db.sql('SELECT not_before FROM tramite_queue').get()?.not_before) > house.clock.now().toISOString());
    assert.deepEqual(house.events(a), ['enqueued', 'started', 'retry_scheduled']);
  });

  test('goes back at once where it was suspended there, and another equipo takes it', async () => {
    const house = openFilingHouse('enviar', ['x', 'y']);
    const [a = 0] = await house.queue('1');
    house.deploy = failing(failure('config'), 1);
    await house.launch();
    assert.deepEqual(house.tramite(a), ['pending', 1, 'a360_config']);
    await house.launch();
    assert.deepEqual([house.tramite(a)[0], house.tramite(a)[1], house.calls.length], ['processing', 2, 2]);
  });
});

describe('when nobody knows whether A360 launched it', () => {
  const lost = async () => {
    const house = openFilingHouse('enviar', ['x']);
    const [a = 0] = await house.queue('1');
    house.deploy = failing(failure('red', { maybeDone: true }), 1);
    await house.launch();
    assert.deepEqual([house.tramite(a), house.rows('estado')], [['processing', 1, null], [{ estado: 'PENDING_EXECUTION' }]]);
    return { house, a };
  };

  test('it stays at work, is found, and ends as that run does', async () => {
    const { house, a } = await lost();
    house.list = [activity('d-lost', { status: 'COMPLETED', output: register('E-3') })];
    await house.reconcile();
    assert.deepEqual([house.tramite(a)[0], house.result(a).numero, house.calls.length], ['completed', 'E-3', 1]);
  });

  test('not found after three minutes it is a person’s, and never launched a second time', async () => {
    const { house, a } = await lost();
    await house.clock.advance(180_000);
    await house.reconcile();
    assert.deepEqual(house.tramite(a), ['needs_review', 1, 'lanzamiento_sin_respuesta']);
    await house.launch();
    assert.equal(house.calls.length, 1);
  });

  test('a 5xx that was looked for in vain is a person’s too; found later, its number completes it', async () => {
    const house = openFilingHouse('enviar', ['x']);
    const [a = 0] = await house.queue('1');
    house.deploy = failing(failure('servidor', { status: 500, maybeDone: true }), 1);
    await house.launch();
    assert.deepEqual(house.tramite(a), ['needs_review', 1, 'lanzamiento_sin_respuesta']);
    house.list = [activity('d-late', { status: 'COMPLETED', output: register('E-4') })];
    await house.reconcile();
    assert.deepEqual([house.tramite(a)[0], house.calls.length], ['completed', 1]);
  });
});

describe('after a death', () => {
  test('a trámite of an open run of A360 is left to the conciliador, whatever its state', async () => {
    for (const estado of ['PENDING_EXECUTION', 'RUNNING', 'UNKNOWN']) {
      const house = openFilingHouse('enviar', ['x']);
      const [a = 0] = await house.queue('1');
      await house.launch();
      house.db.sql('UPDATE ejecuciones SET estado = ?').run(estado);
      await recoverOrphans(house.deps);
      assert.deepEqual(house.tramite(a), ['processing', 1, null], estado);
    }
  });

  test('one left at work by a run that has ended is a person’s', async () => {
    const house = openFilingHouse('enviar', ['x']);
    const [a = 0] = await house.queue('1');
    await house.launch();
    await house.tell('d-1', 'RUN_FAILED');
    house.set(a, "status = 'processing'");
    Object.assign(house.deps, { evidence: { locate: () => '' } });
    await recoverOrphans(house.deps);
    assert.deepEqual(house.tramite(a), ['needs_review', 1, 'a360_sin_constancia']);
  });

  test('one whose call had not begun goes back as if it had not been taken; nothing that runs there is taken for it', async () => {
    const house = openFilingHouse('enviar', ['x']);
    const [a = 0] = await house.queue('1');
    // What a death between claim and call leaves: nobody has it in hand.
    house.db.sqlite.exec(
      `INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado, fecha_inicio, tramite_id, intento, error_code)
       VALUES ('e', '4720', 'x', 'ux', 'PENDING_EXECUTION', '2026-03-02T08:59:59.000Z', ${a}, 1, 'sin_pedir')`,
    );
    house.set(a, "status = 'processing', attempts = 1");
    house.list = [activity('d-of-a-person', { status: 'RUNNING' })];
    await house.reconcile();
    assert.deepEqual(house.tramite(a), ['pending', 1, 'lanzamiento_interrumpido']);
    assert.deepEqual(house.rows('estado, deployment_id'), [{ estado: 'DEPLOY_FAILED', deployment_id: null }]);
  });
});
