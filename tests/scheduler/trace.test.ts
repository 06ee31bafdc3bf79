import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import { createDispatcher } from '#server/ejecuciones/dispatch.ts';
import { logCalls } from '#server/gateways/a360/log-calls.ts';
import { runLaunch } from '#server/lanzador/launch.ts';
import { createHub } from '#server/lib/hub.ts';
import { createLog } from '#server/lib/log.ts';
import { createScheduler } from '#server/scheduler/clock.ts';
import { keepingUnexpected } from '#server/scheduler/keep-unexpected.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openLaunchHouse } from '#tests/lanzador/launch-house.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { openQueueHouse } from '#tests/support/queue-house.ts';
import { send } from '#tests/support/screen.ts';

type Line = Readonly<Record<string, unknown>>;

const openBook = (t: TestContext) => {
  const file = join(temporaryFolder(t), 'todo.log');
  const log = createLog('debug', file);
  const lines = (): Line[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { log, lines };
};

test('every line of a round carries its own id, and what nobody expected of it stands in error_log under it', async (t) => {
  const { log, lines } = openBook(t);
  const clock = manualClock();
  const db = openMemoryDatabase(clock);
  const run = async () => {
    log.info('dentro');
    throw new Error('roto');
  };
  const cycle = keepingUnexpected({ db, clock, log }, { name: 'balancear', shownAs: 'un reparto', period: () => null, run });
  const scheduler = createScheduler({ clock, log, hub: createHub(log) }, [cycle]);
  for (const _ of [1, 2]) await assert.rejects(scheduler.run('balancear'));
  const ids = lines().map(({ ciclo }) => String(ciclo));
  assert.match(ids[0] ?? '', /^balancear-[0-9a-f]{8}$/);
  assert.notEqual(ids[0], ids[1]);
  const kept = db.sql('SELECT origen, error_mensaje, parametros FROM error_log ORDER BY error_log_id').all();
  assert.deepEqual(
    kept,
    ids.map((referencia) => ({ origen: 'ciclo balancear', error_mensaje: 'roto', parametros: JSON.stringify({ referencia }) })),
  );
  db.close();
});

test('every line of an attempt carries its ejecución and its trámite, and not the round that woke its slot', async (t) => {
  const { log, lines } = openBook(t);
  const house = openQueueHouse(t);
  const [id = 0] = await house.queue(['1']);
  const deps = { ...house.deps, log };
  house.pool.tell('1', 'die');
  const dispatcher = createDispatcher(deps, { forms: house.forms });
  const scheduler = createScheduler({ clock: house.clock, log, hub: house.deps.hub }, [
    { name: 'despachar', shownAs: 'un reparto', period: () => null, run: () => dispatcher.pass() },
  ]);
  await scheduler.run('despachar');
  await house.until(() => lines().some(({ msg }) => msg === 'intento terminado'), 'the attempt has ended');
  const ejecucion = house.db.sql('SELECT ejecucion_id FROM ejecuciones').get()?.ejecucion_id;
  const [begun, ...rest] = lines();
  assert.match(String(begun?.ciclo), /^despachar-/);
  assert.deepEqual([begun?.tramite, begun?.ejecucion], [id, ejecucion]);
  assert.ok(rest.length > 0);
  for (const line of rest) assert.deepEqual([line.tramite, line.ejecucion, line.ciclo], [id, ejecucion, undefined], JSON.stringify(line));
});

test('a call to A360 says which ejecución it is made for', async (t) => {
  const { log, lines } = openBook(t);
  const house = openLaunchHouse();
  house.online('1', '31');
  const { a360, clock } = house.deps;
  assert.ok(a360);
  await runLaunch({ ...house.deps, log, a360: logCalls(a360, { log, clock }) }, new AbortController().signal);
  const deploy = lines().find(({ llamada }) => llamada === 'deploy');
  assert.equal(deploy?.ejecucion, house.rows('ejecucion_id')[0]?.ejecucion_id);
});

test('the reference an error page shows is on the lines its request left', async (t) => {
  const { log, lines } = openBook(t);
  const house = openPageHouse({ log });
  t.after(() => house.close());
  house.scheduler.cycle = async () => {
    log.info('lo que hizo antes');
    throw new Error('roto');
  };
  const { text } = await send(house, '/sistema/ciclos/reclamar');
  const reference = /Referencia: (\w+)/.exec(text)?.[1];
  assert.ok(reference);
  const its = lines().filter(({ peticion }) => peticion === reference);
  assert.deepEqual(
    its.map(({ msg }) => msg),
    ['lo que hizo antes', 'error inesperado'],
  );
});
