import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { closeRun } from '#server/ejecuciones/close-run.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { createMeters } from '#server/metricas/meters.ts';
import { beginCycle } from '#server/recursos/cycle-record.ts';
import { createScheduler } from '#server/scheduler/clock.ts';
import { openStage, page, paths } from '#tests/gateways/a360-stage.ts';
import { failure, openLaunchHouse } from '#tests/lanzador/launch-house.ts';
import { addRun } from '#tests/support/a360-runs.ts';
import { openQueueHouse } from '#tests/support/queue-house.ts';
import { assertValues, measured, measuredQueue, scraping } from './scrapes.ts';

describe('counters of trámites', () => {
  test('tell what became of each, with the word of its failure, and how long the attempts and their steps took', async (t) => {
    const { house, scrape } = measuredQueue(t);
    await house.queue(['1', '2', '3']);
    const refused = { kind: 'failed', message: 'La sede no lo acepta.', transient: false } as const;
    house.pool.tell('2', { ...refused, code: 'formulario_rechazado', doubtful: false });
    house.pool.tell('3', { ...refused, code: 'sin_justificante', doubtful: true });
    await house.dispatcher.pass();
    await house.idle();
    const of = { organismo: 'prueba' };
    assertValues(await scrape(), [
      ['cerebro_tramites_queued_total', of, 3],
      ['cerebro_tramite_outcomes_total', { ...of, outcome: 'completed', code: '' }, 1],
      ['cerebro_tramite_outcomes_total', { ...of, outcome: 'failed', code: 'formulario_rechazado' }, 1],
      ['cerebro_tramite_outcomes_total', { ...of, outcome: 'needs_review', code: 'sin_justificante' }, 1],
      ['cerebro_queue_tramites', { ...of, status: 'completed' }, 1],
      ['cerebro_queue_tramites', { ...of, status: 'pending' }, undefined],
      ['cerebro_attempt_duration_seconds_count', { robot: 'prueba' }, 3],
      ['cerebro_step_duration_seconds_count', { robot: 'prueba', step: 'abrir' }, 3],
      ['cerebro_step_duration_seconds_sum', { robot: 'prueba', step: 'abrir' }, 3],
      ['cerebro_step_duration_seconds_count', { robot: 'prueba', step: 'enviar' }, 2],
      ['cerebro_slots', {}, 2],
      ['cerebro_pool_threads', {}, 2],
    ]);
  });

  test('count each once, however often they are asked for, and begin with the process', async (t) => {
    const early = openQueueHouse(t);
    await early.queue(['1']);
    const scrape = scraping(measured(early.deps), () => early.clock.advance(5000));
    await early.queue(['2']);
    const first = await scrape();
    assert.equal(first('cerebro_tramites_queued_total', { organismo: 'prueba' }), 1);
    const again = await scrape();
    assert.equal(again('cerebro_tramites_queued_total', { organismo: 'prueba' }), 1);
  });

  test('of an organismo that has filed nothing yet stand at 0: the first one filed would not be seen otherwise', async (t) => {
    const { scrape } = measuredQueue(t);
    const of = { organismo: 'prueba' };
    assertValues(await scrape(), [
      ['cerebro_tramites_queued_total', of, 0],
      ['cerebro_tramite_outcomes_total', { ...of, outcome: 'completed', code: '' }, 0],
    ]);
  });

  test('the oldest that waits is told by its age, and one that comes back counts as a retry', async (t) => {
    const { house, scrape } = measuredQueue(t);
    house.pool.tell('1', { kind: 'failed', code: 'portal_lento', message: 'No contesta.', transient: true, doubtful: false });
    await house.queue(['1']);
    await house.dispatcher.pass();
    await house.idle();
    house.db.sql("UPDATE tramite_queue SET created_at = '2026-03-02T08:00:00.000Z'").run();
    assertValues(await scrape(), [
      ['cerebro_queue_oldest_pending_seconds', { organismo: 'prueba' }, 3605],
      ['cerebro_tramite_retries_total', { organismo: 'prueba', code: 'portal_lento' }, 1],
      ['cerebro_queue_tramites', { organismo: 'prueba', status: 'pending' }, 1],
    ]);
  });

  test('rows and words other programs write never make more series than there is room for', async (t) => {
    const { house, scrape } = measuredQueue(t);
    const insert = house.db.sql('INSERT INTO tramite_queue (site_id, resource_id, status) VALUES (?, ?, ?)');
    for (let n = 0; n < 300; n++) insert.run(`ajeno_${n}`, `a-${n}`, 'failed');
    const event = house.db.sql("INSERT INTO events (entity, entity_id, kind, data) SELECT 'tramite', id, 'failed', ? FROM tramite_queue");
    for (let n = 0; n < 8; n++) event.run(JSON.stringify({ attempt: 1, code: `codigo_${n}`, message: '' }));
    event.run(JSON.stringify({ attempt: 1, code: 'Una frase "entera"\ncon saltos', message: '' }));
    const ask = await scrape();
    assert.equal(ask('cerebro_queue_tramites', { organismo: 'otros', status: 'failed' }), 300);
    assert.equal(ask('cerebro_tramite_outcomes_total', { organismo: 'otros', outcome: 'failed', code: 'otros' }), 1702);
  });
});

describe('counters of A360', () => {
  test('tell every request by what it asked and how it ended, the login among them', async (t) => {
    const house = openQueueHouse(t);
    const meters = createMeters(house.clock);
    const { room, answer } = await openStage(t, { measure: meters.measure });
    answer(paths.devices, page([]));
    answer(paths.users, { status: 403, body: { message: 'No permission' } });
    answer(paths.deploy4, { silence: 'cut' });
    await room.check();
    await room.users().catch(() => undefined);
    await room.deploy({ fileId: '1', userId: '2', callback: null, botInput: {} }).catch(() => undefined);
    const ask = await scraping(measured(house.deps), async () => undefined, meters)();
    assertValues(ask, [
      ['cerebro_a360_calls_total', { call: 'login', outcome: 'ok' }, 1],
      ['cerebro_a360_calls_total', { call: 'list_devices', outcome: 'ok' }, 1],
      ['cerebro_a360_calls_total', { call: 'list_users', outcome: 'unauthorized' }, 1],
      ['cerebro_a360_calls_total', { call: 'deploy', outcome: 'unreachable' }, 1],
      ['cerebro_a360_call_duration_seconds_count', { call: 'deploy' }, 1],
    ]);
  });

  test('tell what became of launches, and how long runs took', async () => {
    const house = openLaunchHouse();
    house.online('1', '31');
    house.online('2', '32');
    house.online('3', '33');
    const deps = { ...house.deps, pool: { size: 0 } } as typeof house.deps;
    const scrape = scraping(measured(deps), () => house.clock.advance(5000));
    house.deploy = async ({ fileId }) => {
      if (fileId === '2') throw failure('config');
      if (fileId === '3') throw failure('red');
      return { deploymentId: 'd-1' };
    };
    await house.launch();
    addRun(house.db, 'larga', { robot_id: '1', fecha_inicio: '2026-03-02T08:30:00.000Z' });
    const at = '2026-03-02T09:00:00.000Z';
    await house.db.write(() => closeRun(house.db, at, { ejecucionId: 'larga', estado: 'RUN_COMPLETED', origen: 'callback', fin: at }));
    assertValues(await scrape(), [
      ['cerebro_launches_total', { result: 'launched' }, 1],
      ['cerebro_launches_total', { result: 'refused' }, 1],
      ['cerebro_launches_total', { result: 'lost' }, 1],
      ['cerebro_a360_open_runs', { state: 'DEPLOYED' }, 1],
      ['cerebro_a360_open_runs', { state: 'PENDING_EXECUTION' }, 1],
      ['cerebro_attempt_duration_seconds_count', { robot: 'P1_Robot' }, 1],
      ['cerebro_attempt_duration_seconds_sum', { robot: 'P1_Robot' }, 1800],
      ['cerebro_attempt_duration_seconds_count', { robot: 'P2_Robot' }, undefined],
    ]);
  });
});

describe('counters of cycles', () => {
  test('tell of each cycle how long it took, whether it failed and with which word, and when it last ended well', async (t) => {
    const house = openQueueHouse(t);
    const { clock, deps } = house;
    const meters = createMeters(clock);
    const log = silentLog();
    let fails = false;
    const run = async () => {
      await clock.sleep(2000);
      if (fails) throw new TypeError('detalle');
    };
    const cycle = { name: 'probar', shownAs: 'un ciclo de prueba', period: () => 60_000, run };
    const scheduler = createScheduler({ clock, log, hub: createHub(log), measure: meters.measure }, [cycle]);
    const round = async () => {
      const running = scheduler.run('probar').catch(() => undefined);
      await clock.advance(2000);
      await running;
    };
    const scrape = scraping({ ...measured(deps), scheduler }, () => clock.advance(4000), meters);
    await round();
    const of = { cycle: 'probar' };
    assertValues(await scrape(), [
      ['cerebro_cycle_last_success_timestamp_seconds', of, Date.parse('2026-03-02T09:00:02Z') / 1000],
      ['cerebro_cycle_duration_seconds_sum', of, 2],
      ['cerebro_cycle_failing', of, 0],
      ['cerebro_cycle_overdue_seconds', of, 0],
    ]);
    fails = true;
    await round();
    await clock.advance(100_000);
    assertValues(await scrape(), [
      ['cerebro_cycle_failures_total', { ...of, code: 'error_inesperado' }, 1],
      ['cerebro_cycle_last_success_timestamp_seconds', of, Date.parse('2026-03-02T09:00:02Z') / 1000],
      ['cerebro_cycle_failing', of, 1],
      ['cerebro_cycle_running', of, 0],
    ]);
    // Nobody started it: its next round is late.
    assert.ok(((await scrape())('cerebro_cycle_overdue_seconds', of) ?? 0) > 60);
    const last = scheduler.run('probar').catch(() => undefined);
    assertValues(await scraping({ ...measured(deps), scheduler }, () => clock.advance(1000), createMeters(clock))(), [
      ['cerebro_cycle_running', of, 1],
      ['cerebro_cycle_running_seconds', of, 1],
      ['cerebro_cycle_overdue_seconds', of, 0],
    ]);
    await clock.advance(2000);
    await last;
  });

  test('tell where the time of claim cycles went, once they have ended', async (t) => {
    const { house, scrape } = measuredQueue(t);
    const id = await beginCycle(house.deps);
    assert.equal((await scrape())('cerebro_claim_cycles_total', { outcome: 'ok' }), undefined);
    const phases = JSON.stringify({ discover: 1500, claim: 250.5 });
    house.db.sql("UPDATE cycles SET outcome = 'ok', seen = 9, claimed = 4, phases = ? WHERE cycle_id = ?").run(phases, id);
    for (let n = 0; n < 2; n++)
      assertValues(await scrape(), [
        ['cerebro_claim_cycles_total', { outcome: 'ok' }, 1],
        ['cerebro_claim_recursos_total', { result: 'seen' }, 9],
        ['cerebro_claim_recursos_total', { result: 'claimed' }, 4],
        ['cerebro_claim_phase_seconds_total', { phase: 'discover' }, 1.5],
      ]);
  });

  test('tell what the balancer moved and what it refused', async (t) => {
    const { house, scrape } = measuredQueue(t);
    house.db.sqlite.exec(`
      INSERT INTO historico_balanceo (robot_id, equipos_antes, equipos_despues, accion_tomada, equipos)
      VALUES ('1', 0, 2, 'ASIGNAR_DEMANDA_POOL', '["71","72"]'), ('1', 2, 3, 'ASIGNAR_DEMANDA_POOL', '["73"]'), ('2', 0, 0, 'RECHAZO', '[]')`);
    assertValues(await scrape(), [
      ['cerebro_balance_moves_total', { action: 'asignar_demanda_pool' }, 3],
      ['cerebro_balance_refusals_total', {}, 1],
    ]);
  });
});
