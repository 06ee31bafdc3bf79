import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { A360FaultName } from '#server/demo/a360/a360-faults.ts';
import { catchCallbacks, eq, paths } from './a360-client.ts';
import { faultStage, until } from './a360-fault-stage.ts';

const stage = faultStage();
const { lastRun, activityOf, held } = stage;

describe('a callback of the simulated Control Room', () => {
  const deployTold = async (url: string) => (await stage.visitor.deploy(88, { callbackInfo: { url } })).body.deploymentId as string;

  it('callback_perdido: never sent, and the register knows', async () => {
    const catcher = await catchCallbacks();
    const id = await deployTold(catcher.url);
    stage.visitor.arm('callback_perdido');
    stage.room.finish(id);
    assert.equal(lastRun()?.callback, 'perdido');
    stage.room.finish(await deployTold(catcher.url));
    assert.notEqual((await catcher.next()).body.deploymentId, id);
    catcher.close();
  });

  it('of a silent plan is never sent, without any fault; one that a fault has met follows the fault alone', async () => {
    const catcher = await catchCallbacks();
    const { script } = stage.room;
    const usual = script.usualPlan;
    script.usualPlan = { ...usual, silent: true };
    const id = await deployTold(catcher.url);
    stage.room.finish(id);
    assert.equal(lastRun()?.callback, 'perdido');
    stage.visitor.arm('ejecucion_falla');
    const spoiled = await deployTold(catcher.url);
    script.usualPlan = usual;
    stage.room.finish(spoiled);
    assert.equal((await catcher.next()).body.deploymentId, spoiled);
    catcher.close();
  });

  it('callback_doble: sent twice', async () => {
    const catcher = await catchCallbacks();
    const id = await deployTold(catcher.url);
    stage.visitor.arm('callback_doble');
    stage.room.finish(id);
    assert.deepEqual([(await catcher.next()).body.deploymentId, (await catcher.next()).body.deploymentId], [id, id]);
    catcher.close();
  });

  it('callback_antes: it comes before the answer to the deploy', async () => {
    const catcher = await catchCallbacks();
    stage.visitor.arm('callback_antes');
    const id = await deployTold(catcher.url);
    assert.deepEqual(
      catcher.caught.map(({ body }) => [body.deploymentId, body.status]),
      [[id, 'RUN_COMPLETED']],
    );
    assert.equal(lastRun()?.callback, 'enviado');
    catcher.close();
  });

  it('pausa_callback: held until it is let go', async () => {
    const catcher = await catchCallbacks();
    const id = await deployTold(catcher.url);
    stage.visitor.arm('pausa_callback');
    stage.room.finish(id);
    await held('pausa_callback');
    assert.deepEqual([catcher.caught.length, lastRun()?.callback], [0, 'pendiente']);
    stage.visitor.arm('pausa_callback', 0);
    assert.equal((await catcher.next()).body.deploymentId, id);
    catcher.close();
  });

  it('is sent once when nobody takes it', async () => {
    const catcher = await catchCallbacks(503);
    stage.room.finish(await deployTold(catcher.url));
    await catcher.next();
    await until(() => lastRun()?.callback !== 'en_envio');
    assert.deepEqual([lastRun()?.callback, catcher.caught.length], ['sin_respuesta', 1]);
    catcher.close();
  });
});

describe('a run that A360 tells badly', () => {
  const deployed = async (name: A360FaultName): Promise<string> => {
    stage.visitor.arm(name);
    return (await stage.visitor.deploy()).body.deploymentId;
  };

  it('ejecucion_desaparece: it is on no list, and it is in the register', async () => {
    const id = await deployed('ejecucion_desaparece');
    assert.deepEqual(await activityOf(id), []);
    assert.deepEqual(lastRun()?.fallos, ['ejecucion_desaparece']);
    stage.room.finish(id);
    assert.deepEqual(await activityOf(id), []);
  });

  for (const [name, status] of [
    ['ejecucion_unknown', 'UNKNOWN'],
    ['ejecucion_estado_raro', 'RUN_IN_THE_CLOUDS'],
  ] as const)
    it(`${name}: ${status} until it ends`, async () => {
      const id = await deployed(name);
      assert.equal((await activityOf(id))[0]?.status, status);
      stage.room.finish(id);
      assert.equal((await activityOf(id))[0]?.status, 'COMPLETED');
    });

  it('ejecucion_sin_fin: only an order ends it', async () => {
    stage.room.script.usualPlan = { steps: [{ status: 'RUNNING', ms: 0 }], end: 'COMPLETED' };
    const id = await deployed('ejecucion_sin_fin');
    assert.equal((await activityOf(id))[0]?.status, 'RUNNING');
    stage.room.script.usualPlan = { steps: [{ status: 'RUNNING', ms: null }], end: 'COMPLETED' };
    const [item] = await activityOf(id);
    await stage.visitor.ask(paths.manage, { stop_executions: { execution_ids: [item?.id] } });
    assert.equal((await activityOf(id))[0]?.status, 'RUN_ABORTED');
  });

  it('ejecucion_breve and ejecucion_falla: it is soon over, and badly', async () => {
    const catcher = await catchCallbacks();
    for (const name of ['ejecucion_breve', 'ejecucion_falla'] as const) stage.visitor.arm(name);
    const id = (await stage.visitor.deploy(88, { callbackInfo: { url: catcher.url } })).body.deploymentId;
    assert.deepEqual(
      [(await catcher.next()).body.deploymentId, lastRun()?.status, lastRun()?.mensaje],
      [id, 'RUN_FAILED', 'The bot failed.'],
    );
    catcher.close();
  });

  it('ejecucion_repetida: two rows of one deployment, the good one begins later', async () => {
    const id = await deployed('ejecucion_repetida');
    const rows = await stage.visitor.activity({ filter: eq('deploymentId', id), sort: [{ field: 'startDateTime', direction: 'asc' }] });
    assert.deepEqual(
      rows.map((row) => row.status),
      ['DEPLOY_FAILED', 'RUNNING'],
    );
  });

  it('parada_rechazada and parada_500: it goes on', async () => {
    const { deploymentId } = (await stage.visitor.deploy()).body;
    const [item] = await activityOf(deploymentId);
    const order = { stop_executions: { execution_ids: [item?.id] } };
    stage.visitor.arm('parada_rechazada');
    assert.equal((await stage.visitor.ask(paths.manage, order)).body.manage_action_errors.length, 1);
    stage.visitor.arm('parada_500');
    assert.equal((await stage.visitor.ask(paths.manage, order)).status, 500);
    assert.equal((await activityOf(deploymentId))[0]?.status, 'RUNNING');
  });
});
